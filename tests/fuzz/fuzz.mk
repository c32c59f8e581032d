# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fuzz targets (docs/TESTING.md), with the libFuzzer of clang; included by the Makefile.

.PHONY: fuzz fuzz-short fuzz-programs fuzz-merge deps-fuzz

FUZZ_CC     ?= clang
FUZZ_BUILD  := $(BUILD)/fuzz
# tests/fuzz/fuzz_NAME.c is the target NAME, and tests/fuzz/corpus/NAME are its inputs.
FUZZ_ALL    := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
TARGETS     ?= all
FUZZ_CHOSEN = $(if $(filter all,$(TARGETS)),$(FUZZ_ALL),$(TARGETS))

FUZZ_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FUZZ_FLAGS    := -O1 -g $(STRICT) $(FUZZ_SANITIZE) -Itests/mem -Itests/unit -Itests/crash-stub
FUZZ_PURE     := $(PURE_SRC:%.c=$(FUZZ_BUILD)/%.o) $(MADE:%=$(FUZZ_BUILD)/%.o)
# What the targets share, and what they use of the other tiers.
FUZZ_SHARED   := $(patsubst %.c,$(FUZZ_BUILD)/%.o,$(filter-out tests/fuzz/fuzz_%.c,$(wildcard tests/fuzz/*.c)) \
	$(filter-out %/main.c,$(wildcard tests/mem/*.c)) \
	$(addprefix tests/unit/,every_record.c more_formats.c))
# iommu-namelist without its main(), and without what starts other programs.
FUZZ_NAMELIST := $(patsubst %.c,$(FUZZ_BUILD)/%.o,$(filter-out %/main.c %/run.c,$(NAMELIST_SRC)))

# What is under test counts edges; what only feeds it does not.
$(FUZZ_BUILD)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -c -o $@ $<

$(FUZZ_BUILD)/src/namelist/%.o: src/namelist/%.c tests/fuzz/namelist_host.h
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -include tests/fuzz/namelist_host.h -c -o $@ $<

$(MADE:%=$(FUZZ_BUILD)/%.o): $(FUZZ_BUILD)/%.o: $(BUILD)/%.c src/cmd/help_pages.h include/iommu/report_page.h
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -Isrc/cmd -c -o $@ $<

$(FUZZ_BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -c -o $@ $<

$(FUZZ_BUILD)/libpure.a: $(FUZZ_PURE)
	@rm -f $@ # or it keeps objects whose source is gone
	$(AR) rcs $@ $^

$(FUZZ_BUILD)/libshared.a: $(FUZZ_SHARED)
	@rm -f $@
	$(AR) rcs $@ $^

$(FUZZ_BUILD)/libnamelist.a: $(FUZZ_NAMELIST)
	@rm -f $@
	$(AR) rcs $@ $^

$(FUZZ_ALL:%=$(FUZZ_BUILD)/%): $(FUZZ_BUILD)/%: $(FUZZ_BUILD)/tests/fuzz/fuzz_%.o \
		$(FUZZ_BUILD)/libshared.a $(FUZZ_BUILD)/libpure.a
	$(FUZZ_CC) $(FUZZ_SANITIZE) -fsanitize=fuzzer -o $@ $^ -lyajl $(FUZZ_LIBS)

$(FUZZ_BUILD)/namelist: $(FUZZ_BUILD)/libnamelist.a
$(FUZZ_BUILD)/namelist: FUZZ_LIBS := -lelf -lbpf -lz

fuzz-programs: $(FUZZ_CHOSEN:%=$(FUZZ_BUILD)/%)

# ---- what is run ----

SECONDS_EACH ?= 60
SHORT_SECONDS ?= 4
FUZZ_DEPS := clang libclang-rt-dev libyajl-dev libelf-dev libbpf-dev zlib1g-dev

deps-fuzz:
	$(call install_packages,$(FUZZ_DEPS))

# Whether there is a compiler with a fuzzer: else nothing is built, and the runs say so.
FUZZ_READY = $(shell mkdir -p $(FUZZ_BUILD) && echo 'int LLVMFuzzerTestOneInput(const char *d, long n) { return !d && n; }' | \
	$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -x c -o $(FUZZ_BUILD)/probe - 2>/dev/null && echo yes)

## fuzz: each fuzz target for SECONDS_EACH (60), or those of TARGETS="NAME..."
fuzz:
	$(if $(FUZZ_READY),@$(MAKE) --no-print-directory -s -j2 fuzz-programs)
	tests/fuzz/run long $(BUILD) $(SECONDS_EACH) $(FUZZ_CHOSEN)

## fuzz-short: every input of the corpora, and each target for some seconds
fuzz-short:
	$(if $(FUZZ_READY),@$(MAKE) --no-print-directory -s -j2 fuzz-programs)
	@tests/fuzz/run short $(BUILD) $(SHORT_SECONDS) $(FUZZ_CHOSEN)

## fuzz-merge: takes into the corpora what `make fuzz` found, as few inputs as reach all that is reached
fuzz-merge: fuzz-programs
	@for t in $(FUZZ_CHOSEN); do \
		rm -rf $(FUZZ_BUILD)/merged/$$t && mkdir -p $(FUZZ_BUILD)/merged/$$t $(FUZZ_BUILD)/found/$$t && \
		$(FUZZ_BUILD)/$$t -merge=1 -verbosity=0 $(FUZZ_BUILD)/merged/$$t tests/fuzz/corpus/$$t \
			$(FUZZ_BUILD)/found/$$t && \
		rm -f tests/fuzz/corpus/$$t/* && mkdir -p tests/fuzz/corpus/$$t && \
		cp $(FUZZ_BUILD)/merged/$$t/* tests/fuzz/corpus/$$t/ && du -sb tests/fuzz/corpus/$$t; done
