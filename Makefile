# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            build/iommu.so and the programs, against the installed crash header
# make demo       a crash session on the embedded vmcores, no debuginfo needed
# make test       every test of the default tiers
# make coverage   what the tests that need no crash reach, a line a room
# make help       the rest

CC            ?= gcc
CFLAGS        ?= -O2 -g
BUILD         ?= build
CRASH         ?= crash
CRASH_INCLUDE ?= /usr/include/crash
PREFIX        ?= /usr
EXTENSIONS    ?= $(DESTDIR)$(PREFIX)/lib/crash/extensions

WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wconversion
# Each object knows the headers that it was made from.
DEPEND   := -MMD -MP
STRICT   := $(DEPEND) -std=gnu11 $(WARNINGS) -D_GNU_SOURCE -Iinclude -Isrc
# crash exports some 12,000 names: what is not hidden here could be silently replaced by one.
PLUGIN   := -fPIC -fvisibility=hidden

# Linked in: iommu.so must load on a machine that has crash and nothing else of ours.
YAJL := -l:libyajl_s.a

PURE_ROOMS := base format walk kernel check cmd
PURE_SRC   := $(foreach room,$(PURE_ROOMS),$(sort $(wildcard src/$(room)/*.c src/$(room)/*/*.c)))
CRASH_SRC  := $(sort $(wildcard src/crash/*.c))
PAGES      := $(sort $(wildcard docs/commands/*.md))

# What make writes itself.
MADE      := help_pages version report_page
PURE_OBJ  := $(PURE_SRC:%.c=$(BUILD)/%.o) $(MADE:%=$(BUILD)/%.o)
CRASH_OBJ := $(CRASH_SRC:%.c=$(BUILD)/%.o)

# Programs for the files of a case, without crash.
CASE_PROGRAMS := $(BUILD)/iommu-diff $(BUILD)/iommu-report $(BUILD)/iommu-schema

.DELETE_ON_ERROR:
.PHONY: all plugin demo docs session session-intel test test-programs test-session lab clean deps install help \
	test-pure pure-programs test-aarch64 deps-aarch64 deps-report deps-browser

all: plugin $(BUILD)/iommu-namelist $(CASE_PROGRAMS)

plugin: $(BUILD)/iommu.so

$(BUILD)/iommu.so: $(PURE_OBJ) $(CRASH_OBJ)
	$(CC) -shared $(LDFLAGS) -o $@ $^ -Wl,--exclude-libs,ALL $(YAJL)

$(BUILD)/src/crash/%.o: src/crash/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(PLUGIN) -isystem $(CRASH_INCLUDE) -c -o $@ $<

$(BUILD)/src/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(PLUGIN) -c -o $@ $<

# The manual pages of `iommu help VERB` are the files of docs/commands/.
$(BUILD)/help_pages.c: $(PAGES) docs/pages-to-c.awk
	@mkdir -p $(@D)
	awk -f docs/pages-to-c.awk $(PAGES) > $@

# The version stands in the file VERSION alone.
$(BUILD)/version.c: VERSION Makefile
	@mkdir -p $(@D)
	printf '#include "iommu/version.h"\n\nconst char iommu_version[] = "%s";\n' "$$(cat $<)" > $@
	printf 'const char iommu_release[] = "iommu.so %s";\n' "$$(cat $<)" >> $@

# ---- the page of `iommu report` (docs/REPORT.md) ----

# One page for every build of this tree. It is left out where `make deps-report` was not run since the lock file
# changed: make itself fetches nothing.
REPORT      := build/report
REPORT_SRC  := $(sort $(wildcard src/report/*.js src/report/*.jsx))
REPORT_PAGE := $(if $(shell cmp src/report/package-lock.json $(REPORT)/node_modules/.ready 2>&1),,$(REPORT)/page.html)
ESBUILD     := $(REPORT)/node_modules/.bin/esbuild --minify --charset=utf8 --log-level=warning \
	--target=chrome123,firefox128,safari17.5

$(REPORT)/page.js: $(REPORT_SRC) $(REPORT)/node_modules/.ready
	NODE_PATH=$(REPORT)/node_modules $(ESBUILD) --bundle --legal-comments=none \
		--jsx=automatic --jsx-import-source=preact --outfile=$@ src/report/main.jsx

$(REPORT)/page.css: src/report/style.css $(REPORT)/node_modules/.ready
	$(ESBUILD) --outfile=$@ $<

$(REPORT)/page.html: src/report/page.html src/report/fill $(REPORT)/page.css $(REPORT)/page.js
	src/report/fill $< $(REPORT)/page.css $(REPORT)/page.js $(REPORT)/node_modules/preact/LICENSE > $@

$(BUILD)/report_page.c: src/report/to-c.awk $(REPORT_PAGE)
	@mkdir -p $(@D)
	$(if $(REPORT_PAGE),,@echo 'without the page of `iommu report`: make deps-report fetches what it is made of')
	awk -f src/report/to-c.awk $(or $(REPORT_PAGE),/dev/null) > $@

# What the page is bundled with, at the versions and hashes of the lock file; no script of theirs is run.
# npm is Debian's, unless there is one.
deps-report:
	$(if $(shell command -v npm),,$(call install_packages,nodejs npm))
	@mkdir -p $(REPORT)
	cp src/report/package.json src/report/package-lock.json $(REPORT)
	npm ci --prefix $(REPORT) --ignore-scripts --no-audit --no-fund --loglevel=error
	cp src/report/package-lock.json $(REPORT)/node_modules/.ready

deps-browser: deps-report
	$(call install_packages,chromium)

$(MADE:%=$(BUILD)/%.o): $(BUILD)/%.o: $(BUILD)/%.c src/cmd/help_pages.h include/iommu/report_page.h
	$(CC) $(CFLAGS) $(STRICT) $(PLUGIN) -Isrc/cmd -c -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- the tool for small namelists (docs/NAMELIST.md) ----

NAMELIST_SRC := $(sort $(wildcard src/namelist/*.c))

$(BUILD)/iommu-namelist: $(NAMELIST_SRC:%.c=$(BUILD)/%.o)
	$(CC) $(LDFLAGS) -o $@ $^ -lelf -lbpf -lz

# ---- programs for the files of a case, without crash ----

# Of the plugin's objects only those that are asked for.
$(BUILD)/libpure.a: $(PURE_OBJ)
	@rm -f $@ # or it keeps objects whose source is gone
	$(AR) rcs $@ $^

$(CASE_PROGRAMS): $(BUILD)/iommu-%: $(BUILD)/src/case/iommu_%.o $(BUILD)/libpure.a
	$(CC) $(LDFLAGS) -o $@ $^ $(YAJL)

# ---- tests: everything but src/crash/, under sanitizers ----

SANITIZE   := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
TEST_BUILD := $(BUILD)/san
TEST_FLAGS := -O1 -g $(STRICT) $(SANITIZE) -Itests/mem -Itests/crash-stub

TEST_PURE_OBJ := $(PURE_SRC:%.c=$(TEST_BUILD)/%.o) $(MADE:%=$(TEST_BUILD)/%.o)
# The memory target: memory, symbols and members as text, behind the seam of iommu/target.h.
MEM_OBJ       := $(patsubst %.c,$(TEST_BUILD)/%.o,$(filter-out %/main.c,$(wildcard tests/mem/*.c)))
UNIT_OBJ      := $(patsubst %.c,$(TEST_BUILD)/%.o,$(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c)))
FAULT_OBJ     := $(patsubst %.c,$(TEST_BUILD)/%.o,$(filter-out tests/fault/test_%.c,$(wildcard tests/fault/*.c)))
UNIT_TESTS    := $(patsubst %.c,$(TEST_BUILD)/%,$(wildcard tests/unit/test_*.c))
FAULT_TESTS   := $(patsubst %.c,$(TEST_BUILD)/%,$(wildcard tests/fault/test_*.c))
IOMMU_MEM     := $(TEST_BUILD)/iommu-mem
IOMMU_ELF     := $(TEST_BUILD)/iommu-elf
IOMMU_DWARF   := $(TEST_BUILD)/iommu-dwarf
CRASH_ROWS    := $(BUILD)/crash-rows.so
SESSION_PROGRAMS := $(IOMMU_ELF) $(IOMMU_DWARF) $(CRASH_ROWS) $(IOMMU_MEM) $(BUILD)/iommu-diff

$(MADE:%=$(TEST_BUILD)/%.o): $(TEST_BUILD)/%.o: $(BUILD)/%.c src/cmd/help_pages.h include/iommu/report_page.h
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) -Isrc/cmd -c -o $@ $<

$(TEST_BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) -c -o $@ $<

$(TEST_BUILD)/libpure.a: $(TEST_PURE_OBJ)
	@rm -f $@ # or it keeps objects whose source is gone
	$(AR) rcs $@ $^

$(IOMMU_MEM): $(TEST_BUILD)/tests/mem/main.o $(MEM_OBJ) $(TEST_BUILD)/libpure.a
	$(CC) $(SANITIZE) -o $@ $^ -lyajl

# The same commands on an ELF vmcore, without crash and without a namelist's types.
$(IOMMU_ELF): $(patsubst %.c,$(TEST_BUILD)/%.o,$(wildcard tests/elf/*.c)) \
		$(TEST_BUILD)/tests/dwarf/rows.o $(TEST_BUILD)/libpure.a
	$(CC) $(SANITIZE) -o $@ $^ -lyajl -lelf

# Struct members as libdwarf reads them, and as the plugin's target in crash answers.
$(IOMMU_DWARF): $(TEST_BUILD)/tests/dwarf/dwarf_types.o $(TEST_BUILD)/tests/dwarf/dwarf_main.o \
		$(TEST_BUILD)/tests/dwarf/rows.o $(TEST_BUILD)/libpure.a
	$(CC) $(SANITIZE) -o $@ $^ -lyajl -ldwarf

$(CRASH_ROWS): tests/dwarf/crash_rows.c tests/dwarf/rows.c \
		$(filter-out src/crash/plugin.c,$(CRASH_SRC)) $(PURE_OBJ)
	$(CC) $(CFLAGS) $(STRICT) $(PLUGIN) -isystem $(CRASH_INCLUDE) -shared -o $@ $^ \
		-Wl,--exclude-libs,ALL $(YAJL)

$(FAULT_TESTS): $(FAULT_OBJ)

# This one writes BTF, with the library that the plugin looks for when it runs.
$(TEST_BUILD)/tests/unit/test_two_structs: TEST_LIBS := -lbpf

$(UNIT_TESTS) $(FAULT_TESTS): %: %.o $(UNIT_OBJ) $(MEM_OBJ) $(TEST_BUILD)/libpure.a
	$(CC) $(SANITIZE) -o $@ $^ -lyajl -lcmocka $(TEST_LIBS)

.SECONDARY:

# ---- benchmarks: the objects of the plugin, no sanitizers ----

# What every benchmark links; the memory target of the tests has the namelist of the big host.
BENCH_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(filter-out bench/bench_%.c,$(wildcard bench/*.c)) \
	$(filter-out %/main.c %/mem_run.c,$(wildcard tests/mem/*.c)))
BENCHES   := $(BUILD)/bench_tables $(BUILD)/bench_hosts

$(BUILD)/bench/%.o: bench/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -Itests/mem -c -o $@ $<

$(BUILD)/tests/mem/%.o: tests/mem/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) -c -o $@ $<

$(BENCHES): $(BUILD)/%: $(BUILD)/bench/%.o $(BENCH_OBJ) $(PURE_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(YAJL)

# In crash, beside the plugin: what only reading costs.
$(BUILD)/floor.so: bench/crash/floor.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(PLUGIN) -isystem $(CRASH_INCLUDE) -shared -o $@ $<

# One table, in less than a quarter of an hour; docs/PERFORMANCE.md has one such run.
.PHONY: bench
bench: plugin $(BENCHES) $(BUILD)/floor.so
	CRASH="$(CRASH)" BUILD=$(abspath $(BUILD)) bench/run

# ---- the embedded vmcores ----

# The dumps are sparse when unpacked: some 150 MB on disk for each machine. One kernel on two of them: one with
# an AMD IOMMU, which the manual pages show, one with Intel's.
FIXTURE    := debian-6.1
VMCORES    := $(BUILD)/vmcores
VMCORE_DIR ?= $(VMCORES)/$(FIXTURE)
NAMELIST   ?= $(VMCORES)/$(FIXTURE).namelist
INTEL_DIR  := $(VMCORES)/$(FIXTURE)-intel
UNPACKED   := $(VMCORES)/.$(FIXTURE).unpacked $(VMCORES)/.$(FIXTURE)-intel.unpacked

$(VMCORES)/.$(FIXTURE).unpacked: vmcores/$(FIXTURE)-reference.tar.xz vmcores/$(FIXTURE)-namelist.xz
	@mkdir -p $(VMCORES)/$(FIXTURE)
	xz -dc vmcores/$(FIXTURE)-namelist.xz > $(VMCORES)/$(FIXTURE).namelist
	tar -xJf vmcores/$(FIXTURE)-reference.tar.xz --sparse -C $(VMCORES)/$(FIXTURE)
	touch $@

$(VMCORES)/.$(FIXTURE)-intel.unpacked: vmcores/$(FIXTURE)-intel.tar.xz
	@mkdir -p $(INTEL_DIR)
	tar -xJf $< --sparse -C $(INTEL_DIR)
	touch $@

# ---- what a user runs ----

# Everything that building, the demo and the default tests need, from the distribution.
DEPS := gcc libc6-dev crash libyajl-dev libelf-dev libbpf-dev zlib1g-dev xz-utils perl \
	libcmocka-dev clang binutils libdwarf-dev sqlite3 parallel

# Installs those of the packages $(1) that are missing. $(2) is run before that, and ends in &&.
define install_packages
@missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | \
	grep -q 'ok installed' || echo $$p; done); \
[ -z "$$missing" ] || { echo "installing: " $$missing; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$(2) $$sudo apt-get update -q -q && $$sudo env DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -q -q --no-install-recommends $$missing >/dev/null; }
endef

deps:
	$(call install_packages,$(DEPS))

demo: deps
	@$(MAKE) --no-print-directory -s $(BUILD)/iommu.so $(UNPACKED)
	@CRASH="$(CRASH)" IOMMU_SO=$(BUILD)/iommu.so NAMELIST=$(NAMELIST) \
		VMCORE_DIR=$(VMCORE_DIR) INTEL_DIR=$(INTEL_DIR) vmcores/demo

# crash on an embedded vmcore, with the plugin loaded, for you to type. -s, which leaves out crash's banner,
# turns its pager off too.
STATE ?= after
session-intel: VMCORE_DIR := $(INTEL_DIR)
session session-intel: deps
	@$(MAKE) --no-print-directory -s $(BUILD)/iommu.so $(UNPACKED)
	@printf 'set scroll on\nextend $(BUILD)/iommu.so\n' > $(BUILD)/session-start
	$(CRASH) -s -i $(BUILD)/session-start $(NAMELIST) $(VMCORE_DIR)/$(STATE).elf

# Runs the examples of the manual pages and writes what they print into them.
docs: plugin $(UNPACKED)
	$(TEST_ENV) docs/commands/refresh

install: plugin
	install -D -m 644 $(BUILD)/iommu.so $(EXTENSIONS)/iommu.so

# ---- tests ----

SESSION_TESTS ?= $(sort $(wildcard tests/session/*.t))
# On both machines, unless one was asked for.
ifeq ($(VMCORE_DIR),$(VMCORES)/$(FIXTURE))
BOTH_MACHINES := VMCORE_DIR=$(abspath $(INTEL_DIR)) $(SESSION_TESTS)
endif
TEST_ENV = CRASH="$(CRASH)" IOMMU_SO=$(abspath $(BUILD))/iommu.so \
	EMULATOR="$(EMULATOR)" IOMMU_MEM="$(strip $(EMULATOR) $(IOMMU_MEM))" \
	IOMMU_ELF=$(abspath $(IOMMU_ELF)) IOMMU_DWARF=$(abspath $(IOMMU_DWARF)) \
	CRASH_ROWS=$(abspath $(CRASH_ROWS)) \
	BUILD=$(BUILD) NAMELIST=$(abspath $(NAMELIST)) VMCORE_DIR=$(abspath $(VMCORE_DIR)) \
	CMOCKA_MESSAGE_OUTPUT=TAP CC="$(CC)" MAKE="$(MAKE)"

test: deps
	@$(MAKE) --no-print-directory -j2 test-programs
	$(TEST_ENV) tests/run $(UNIT_TESTS) $(FAULT_TESTS) $(wildcard tests/rules/*.t) \
		$(wildcard tests/mem/*.t) $(wildcard tests/namelist/*.t) $(wildcard tests/report/*.t) \
		$(SESSION_TESTS) $(BOTH_MACHINES)

test-programs: all $(UNPACKED) $(IOMMU_MEM) $(SESSION_PROGRAMS) $(UNIT_TESTS) $(FAULT_TESTS)

test-session: plugin $(UNPACKED) $(SESSION_PROGRAMS)
	$(TEST_ENV) tests/run $(SESSION_TESTS) $(BOTH_MACHINES)

# ---- everything but crash, with any compiler and on any processor that has an emulator here ----

# A command line that runs programs of the processor that CC compiles for, where this one cannot.
EMULATOR  ?=
# Test programs that are not to be run, without their folder.
LEAVE_OUT ?=

PURE_PROGRAMS = $(filter-out $(addprefix %/,$(LEAVE_OUT)),$(UNIT_TESTS) $(FAULT_TESTS))

test-pure:
	@$(MAKE) --no-print-directory -j2 pure-programs
	$(TEST_ENV) tests/run $(PURE_PROGRAMS) $(wildcard tests/mem/*.t) tests/rules/old-glibc.t

pure-programs: $(IOMMU_MEM) $(PURE_PROGRAMS)

# aarch64, by Debian's cross compiler and qemu's emulation of a process. The address sanitizer makes
# that ten times slower, and `make test` has it. The programs that are left out try every member, every
# read and many broken words of every kernel: minutes of what no processor does in a way of its own.
AARCH64      := aarch64-linux-gnu
AARCH64_WITH := BUILD=$(BUILD)/aarch64 CC=$(AARCH64)-gcc AR=$(AARCH64)-ar EMULATOR=qemu-aarch64 \
	SANITIZE="-fsanitize=undefined -fno-sanitize-recover=undefined -static-libubsan" \
	LEAVE_OUT="test_flips test_hidden test_needs test_reads test_session test_spoiled test_stub_vendor"
AARCH64_DEPS := gcc-$(AARCH64) libc6-dev-arm64-cross qemu-user libbpf-dev perl \
	libyajl-dev:arm64 libcmocka-dev:arm64 libbpf-dev:arm64

test-aarch64:
	@mkdir -p $(BUILD)/aarch64
	@if echo 'int main(void) { return 0; }' | \
			$(AARCH64)-gcc -o $(BUILD)/aarch64/probe -x c - -lyajl -lcmocka && \
			qemu-aarch64 $(BUILD)/aarch64/probe; then \
		$(MAKE) --no-print-directory test-pure $(AARCH64_WITH); \
	else \
		echo 'skipped: tests for aarch64: no tools (make deps-aarch64 installs them)'; \
		echo '0 passed, 0 failed, 1 skipped'; \
	fi

deps-aarch64:
	$(call install_packages,$(AARCH64_DEPS),$$sudo dpkg --add-architecture arm64 &&)

# ---- coverage: what the tests that need no crash reach of the pure rooms ----

# In a build directory of its own, without sanitizers. V=-v names the worst files.
COVERAGE_BUILD := $(BUILD)/coverage
COVERED_TESTS  := $(patsubst $(TEST_BUILD)/%,$(COVERAGE_BUILD)/san/%,$(UNIT_TESTS) $(FAULT_TESTS))

COVERED_TEXTS  := tests/mem/run.t tests/mem/planted.t tests/mem/record.t tests/mem/records.t tests/mem/snapshot.t \
	tests/mem/map-all.t

.PHONY: coverage
coverage:
	@find $(COVERAGE_BUILD) -name '*.gcda' -delete 2>/dev/null || :
	@$(MAKE) --no-print-directory -s -j2 BUILD=$(COVERAGE_BUILD) SANITIZE='--coverage -O0' \
		$(COVERAGE_BUILD)/san/iommu-mem $(COVERED_TESTS)
	@for t in $(COVERED_TESTS); do $$t >/dev/null 2>&1 || echo "$$t fails: see make test"; done
	@for t in $(COVERED_TEXTS); do IOMMU_MEM=$(COVERAGE_BUILD)/san/iommu-mem perl $$t >/dev/null 2>&1 || \
		echo "$$t fails: see make test"; done
	@tests/coverage/report $(V) $(COVERAGE_BUILD)

# Every kernel, scenario, kind of dump and crash that vmcores/lab lists: less than an hour once the
# dumps are there, and gigabytes in ~/.cache/iommu-lab. MATRIX="6.1 7.2" takes these kernels only.
lab:
	vmcores/lab/lab matrix $(MATRIX)

clean:
	rm -rf $(BUILD)
