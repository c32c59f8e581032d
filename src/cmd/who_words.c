// SPDX-License-Identifier: GPL-2.0-or-later
/* What `iommu who` was asked for: physical addresses, or others that lead to one. */
#include "who.h"

#include <inttypes.h>

#include "iommu/arch.h"

static void take(struct who *w, const struct asked *asked)
{
	w->asked[w->nr_asked++] = *asked;
}

static void complain_no_page(struct context *ctx, const char *doing, const char *absent,
			     struct failure failure)
{
	if (failure.status == STATUS_ABSENT)
		complain(ctx, "no-page", "%s", absent);
	else
		cannot(ctx, doing, failure);
}

/* -s: the whole page. */
static void take_struct_page(struct who *w, const char *word, uint64_t address)
{
	struct arena *arena = &w->ctx->session->arena;
	struct asked asked = { .key = "struct_page", .what = "struct page", .name = address, .is_range = true };
	struct failure failure = kernel_page_of_struct(w->ctx->k, kva_of(address), &asked.range.first);

	if (failed(failure)) {
		complain_no_page(w->ctx, arena_printf(arena, "find the page of struct page %s", word),
				 arena_printf(arena, "no struct page starts at %s", word), failure);
		return;
	}
	asked.range.last = pa_of(asked.range.first.v + (1ULL << kernel_arch(w->ctx->k)->page_lg2[0]) - 1);
	take(w, &asked);
}

static void take_kernel_address(struct who *w, const char *word, uint64_t address)
{
	struct arena *arena = &w->ctx->session->arena;
	struct asked asked = { .key = "kernel_address", .what = "kernel address", .name = address };
	struct failure failure = kernel_kernel_address(w->ctx->k, kva_of(address), &asked.range.first);

	if (failed(failure)) {
		complain_no_page(w->ctx, arena_printf(arena, "find the memory at kernel address %s", word),
				 arena_printf(arena, "the kernel has no page at %s", word), failure);
		return;
	}
	asked.range.last = asked.range.first;
	take(w, &asked);
}

static void take_user_address(struct who *w, const char *word, uint64_t address)
{
	struct arena *arena = &w->ctx->session->arena;
	struct asked asked = { .key = "user_address", .what = "user address of pid ", .name = address };
	bool has_task;
	struct failure failure = kernel_user_address(w->ctx->k, (int64_t)w->pid, address, &has_task,
						     &asked.range.first);

	if (failed(failure)) {
		complain_no_page(w->ctx,
				 arena_printf(arena, "find the memory at %s of pid %" PRIu64, word, w->pid),
				 has_task ? arena_printf(arena, "pid %" PRIu64 " has no page at %s", w->pid, word) :
					    arena_printf(arena, "no process has pid %" PRIu64, w->pid),
				 failure);
		return;
	}
	asked.range.last = asked.range.first;
	take(w, &asked);
}

/* Of 52 bits, the most that any architecture here has: x86, and ARM with LPA. */
#define LAST_PHYSICAL UINT64_C(0xfffffffffffff)

/* Nothing reaches what is no address of memory, and that answers no question. */
static bool is_physical(struct who *w, const char *word, uint64_t address)
{
	if (address <= LAST_PHYSICAL)
		return true;
	misuse(w->ctx, "bad-address", "%s is no physical address, which has at most 52 bits: behind -k it is a kernel address, "
	       "behind -s a struct page, behind -u PID one of a process", word);
	return false;
}

static bool take_range(struct who *w, const char *word)
{
	struct asked asked = { .is_range = true };
	struct iova first, last; /* numbers of no space yet */

	if (w->ctx->opt.s || w->ctx->opt.kernel || w->ctx->opt.task) {
		misuse(w->ctx, "bad-range", "'%s' is a range: only physical addresses lie side by side", word);
		return false;
	}
	if (!parse_range(w->ctx, word, &first, &last) || !is_physical(w, word, first.v))
		return false;
	asked.range = (struct pa_range){ pa_of(first.v), pa_of(last.v) };
	take(w, &asked);
	return true;
}

static bool take_word(struct who *w, const char *word)
{
	struct asked asked = { 0 };
	uint64_t address;

	if (is_range(word))
		return take_range(w, word);
	if (!parse_address(w->ctx, word, &address))
		return false;
	if (w->ctx->opt.s)
		take_struct_page(w, word, address);
	else if (w->ctx->opt.kernel)
		take_kernel_address(w, word, address);
	else if (w->ctx->opt.task)
		take_user_address(w, word, address);
	else if (!is_physical(w, word, address))
		return false;
	else {
		asked.range = (struct pa_range){ pa_of(address), pa_of(address) };
		take(w, &asked);
	}
	return true;
}

bool who_read_words(struct who *w)
{
	struct context *ctx = w->ctx;
	unsigned nr = (unsigned)ctx->opt.nr_words;
	struct pa_range *ranges = arena_alloc(&ctx->session->arena, (nr + 1) * sizeof(*ranges));

	if (!nr) {
		misuse(ctx, "no-address", "expected an address of memory, or a range of them");
		return false;
	}
	if (ctx->opt.task && !parse_count(ctx, ctx->opt.task, "a pid", &w->pid))
		return false;
	if (w->pid > INT32_MAX) {
		misuse(ctx, "bad-number", "'%s' is not a pid", ctx->opt.task);
		return false;
	}
	w->asked = arena_alloc(&ctx->session->arena, (nr + 1) * sizeof(*w->asked));
	for (unsigned i = 0; i < nr; i++) {
		if (!take_word(w, ctx->opt.words[i]))
			return false;
	}
	for (size_t i = 0; i < w->nr_asked; i++)
		ranges[i] = w->asked[i].range;
	w->wanted = (struct pt_wanted){ .ranges = ranges, .nr = w->nr_asked };
	return w->nr_asked > 0;
}
