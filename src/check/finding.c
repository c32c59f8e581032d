// SPDX-License-Identifier: GPL-2.0-or-later
/* How findings are collected. */
#include "check.h"

#include <ctype.h>
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

#define MAX_NAMED 8 /* devices that one finding names */

void name_device(struct kernel *k, struct named *list, const struct device *dev)
{
	if (!list->nr)
		list->first = dev->name;
	if (list->nr < MAX_NAMED)
		list->line = arena_printf(k->arena, "%s%s%s", list->line ? list->line : "",
					  list->line ? " " : "", dev->name);
	list->nr++;
}

bool named_are_more(const struct named *list)
{
	return list->nr > MAX_NAMED;
}

const char *named_words(struct kernel *k, const struct named *list)
{
	return named_are_more(list) ? arena_printf(k->arena, "%s ...", list->line) : list->line;
}

const char *block_code(struct kernel *k, const char *before, const char *block, const char *after)
{
	char *code = arena_printf(k->arena, "%s%s%s", before, block, after);

	for (char *c = code; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return code;
}
