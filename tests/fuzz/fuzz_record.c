// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every hardware record of the record lists with any words in it, at each depth, as text and as JSON. A field
 * that is taken apart can be put together again, every answer is whole, and JSON has every field by its name.
 */
#include "answer.h"
#include "every_record.h"
#include "input.h"

#define MAX_RECORDS 512

enum { FORM_ANSWER, FORM_FIELDS, FORM_RAW, FORM_JSON, NR_FORMS };

static const struct record *records[MAX_RECORDS];
static unsigned nr_records;
static struct arena arena;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	FOR_EACH_RECORD(record)
	{
		must(nr_records < MAX_RECORDS, "more than %d records", MAX_RECORDS);
		records[nr_records++] = record;
	}
	return 0;
}

/* What is taken out of a field goes back into it, and nowhere else. */
static void check_fields(const struct record *record, const uint64_t *words)
{
	uint64_t again[RECORD_VIEW_WORDS] = { 0 };
	unsigned nr = (record->nr_bits + 63u) / 64u;

	for (unsigned i = 0; i < record->nr_fields; i++)
		field_set(&record->fields[i], field_get(&record->fields[i], words), again);
	for (unsigned i = 0; i < nr; i++) {
		uint64_t mask = i + 1 == nr && record->nr_bits % 64 ? (1ULL << record->nr_bits % 64) - 1 : UINT64_MAX;

		must(again[i] == (words[i] & mask), "%s: word %u", record->name, i);
	}
}

static void check_json_has_fields(const struct record *record)
{
	size_t len;
	const char *text = answer_text(&len);

	for (unsigned i = 0; i < record->nr_fields; i++) {
		char key[100];

		if (!record->fields[i].key)
			continue;
		snprintf(key, sizeof(key), "\"%s\":", record->fields[i].key);
		must(strstr(text, key), "%s: no %s in:\n%s", record->name, key, text);
	}
}

static void show(const struct record_view *view, unsigned form)
{
	struct sink *sink;

	arena_reset(&arena);
	answer_begin();
	sink = form == FORM_JSON ? sink_new_json(&arena, answer_output()) : sink_new_text(&arena, answer_output());
	sink_open(sink, "record");
	sink_view(sink, "fields", view, form != FORM_ANSWER);
	sink_words(sink, "raw", view->words, view->nr_words, form >= FORM_RAW);
	sink_close(sink);
	answer_check(form == FORM_JSON, view->record->name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct record *record = records[input_below(&in, nr_records)];
	uint8_t how = input_byte(&in);
	struct record_view view = {
		.record = record,
		.key = "fields",
		.nr_words = (uint8_t)((record->nr_bits + 63u) / 64u),
		.enc_mask = how & 4 ? 1ULL << (32 + (how >> 3)) : 0,
	};

	input_bytes(&in, view.words, view.nr_words * 8u);
	check_fields(record, view.words);
	show(&view, how % NR_FORMS);
	if (how % NR_FORMS == FORM_JSON && (how & 0x80))
		check_json_has_fields(record);
	return 0;
}
