// SPDX-License-Identifier: GPL-2.0-or-later
/* How findings are collected. */
#include "check.h"

#include <stdarg.h>
#include <string.h>

struct finding *finding_add(struct kernel *k, struct findings *list, enum finding_severity severity,
			    const char *code, const char *format, ...)
{
	struct finding *finding = arena_alloc(k->arena, sizeof(*finding));
	va_list args;

	va_start(args, format);
	finding->text = arena_vprintf(k->arena, format, args);
	va_end(args);
	finding->code = code;
	finding->severity = severity;
	list->nr_wrong += severity != FINDING_INFO;
	ptrs_push(k->arena, &list->list, finding);
	return finding;
}

void finding_unsure(struct findings *list, struct finding *finding)
{
	list->nr_wrong -= finding->severity != FINDING_INFO && !finding->unsure;
	finding->unsure = true;
}

void finding_rests_on(struct kernel *k, struct finding *finding, const char *what,
		      struct place place, const char *format, ...)
{
	struct evidence *evidence = arena_alloc(k->arena, sizeof(*evidence));
	va_list args;

	va_start(args, format);
	*evidence = (struct evidence){ what, arena_vprintf(k->arena, format, args), place };
	va_end(args);
	ptrs_push(k->arena, &finding->evidence, evidence);
}

void findings_not_run(struct kernel *k, struct findings *list, const char *doing,
		      struct failure failure)
{
	struct not_run *item = arena_alloc(k->arena, sizeof(*item));

	*item = (struct not_run){ doing, failure };
	ptrs_push(k->arena, &list->not_run, item);
}

bool findings_none(const struct findings *findings)
{
	return !findings->nr_wrong && !findings->not_run.nr;
}

bool findings_have(const struct findings *findings, const char *code)
{
	for (size_t i = 0; i < findings->list.nr; i++) {
		if (strcmp(((const struct finding *)findings->list.at[i])->code, code) == 0)
			return true;
	}
	return false;
}

const char *sbdf_word(struct kernel *k, uint32_t sbdf)
{
	return arena_printf(k->arena, "%04x:%02x:%02x.%x", sbdf >> 16, sbdf >> 8 & 0xff,
			    sbdf >> 3 & 0x1f, sbdf & 7);
}
