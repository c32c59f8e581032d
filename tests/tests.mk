# SPDX-License-Identifier: GPL-2.0-or-later
#
# How the tests are built and run; included by the Makefile at the top.

.PHONY: test check-quick test-programs test-session test-pure pure-programs test-aarch64 deps-aarch64 coverage lab \
	lint deps-lint check-coverage

# ---- everything but src/crash/, under sanitizers ----

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

# ---- what `make test` runs ----

SESSION_TESTS ?= $(sort $(wildcard tests/session/*.t))
# On both machines, unless one was asked for. What crash itself makes of a line, of ^C and of two structs with one name
# does not depend on the vendor; the matrix of the lab runs these on each machine, too.
ifeq ($(VMCORE_DIR),$(VMCORES)/$(FIXTURE))
BOTH_MACHINES := VMCORE_DIR=$(abspath $(INTEL_DIR)) \
	$(filter-out %/27-two-structs.t %/41-words.t %/42-interrupt.t %/43-pager.t,$(SESSION_TESTS))
endif
TEST_ENV = CRASH="$(CRASH)" IOMMU_SO=$(abspath $(BUILD))/iommu.so \
	EMULATOR="$(EMULATOR)" IOMMU_MEM="$(strip $(EMULATOR) $(IOMMU_MEM))" \
	IOMMU_ELF=$(abspath $(IOMMU_ELF)) IOMMU_DWARF=$(abspath $(IOMMU_DWARF)) \
	CRASH_ROWS=$(abspath $(CRASH_ROWS)) \
	BUILD=$(BUILD) NAMELIST=$(abspath $(NAMELIST)) VMCORE_DIR=$(abspath $(VMCORE_DIR)) \
	CMOCKA_MESSAGE_OUTPUT=TAP CC="$(CC)" MAKE="$(MAKE)"

# Those that take longest, for a machine on which nothing was timed yet.
LONG_TESTS := tests/report/page.t $(addprefix $(TEST_BUILD)/tests/fault/,test_needs test_session) tests/mem/planted.t \
	tests/mem/truth.t tests/mem/schema.t tests/session/65-report.t
TEXT_TESTS := $(foreach folder,rules mem namelist report,$(wildcard tests/$(folder)/*.t))

## test: every test of the default tiers
test: deps-test
	@$(MAKE) --no-print-directory -j2 test-programs
	$(TEST_ENV) tests/run $(LONG_TESTS) $(filter-out $(LONG_TESTS),$(FAULT_TESTS) $(UNIT_TESTS) $(TEXT_TESTS) \
		$(SESSION_TESTS)) $(BOTH_MACHINES)

# For the edit cycle, less than a minute when all is built: the laws of the tree, the units, some kernels made of text
# and of each program of faults, and a session of crash on each machine. All of it is in `make test` too.
QUICK_TEXTS := devices legal machines maple vtd-legacy vtd-scalable acpi acpi-dmar fault-log vfio
QUICK_FAULT := $(TEST_BUILD)/tests/fault/test_hidden $(TEST_BUILD)/tests/fault/test_reads \
	$(TEST_BUILD)/tests/fault/test_spoiled

## check-quick: some of each test, for the edit cycle
check-quick: deps-test
	@$(MAKE) --no-print-directory -j2 test-programs
	$(TEST_ENV) KERNEL='*/machines.mem' MEM_NAMES="$(QUICK_TEXTS)" tests/run $(UNIT_TESTS) $(QUICK_FAULT) \
		tests/rules/exports.t tests/rules/pages.t tests/rules/rooms.t tests/rules/report.t tests/mem/run.t \
		tests/session/30-dte.t VMCORE_DIR=$(abspath $(INTEL_DIR)) tests/session/30-dte.t

test-programs: all $(UNPACKED) $(IOMMU_MEM) $(SESSION_PROGRAMS) $(UNIT_TESTS) $(FAULT_TESTS)

## test-session: only the tests that run crash
test-session: plugin $(UNPACKED) $(SESSION_PROGRAMS)
	$(TEST_ENV) tests/run $(SESSION_TESTS) $(BOTH_MACHINES)

# ---- everything but crash, with any compiler and on any processor that has an emulator here ----

# A command line that runs programs of the processor that CC compiles for, where this one cannot.
EMULATOR  ?=
# Test programs that are not to be run, without their folder.
LEAVE_OUT ?=

PURE_PROGRAMS = $(filter-out $(addprefix %/,$(LEAVE_OUT)),$(UNIT_TESTS) $(FAULT_TESTS))

## test-pure: only those that need no crash; CC=clang BUILD=build-clang for another compiler
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

## test-aarch64: the same on an emulated ARM processor
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

## deps-aarch64: what that needs
deps-aarch64:
	$(call install_packages,$(AARCH64_DEPS),$$sudo dpkg --add-architecture arm64 &&)

# ---- programs of others that look for faults ----

LINT_DEPS := cppcheck clang-tidy shellcheck codespell mandoc

## lint: warnings of gcc and clang, cppcheck, clang-tidy, shellcheck, codespell
lint: deps-lint
	$(TEST_ENV) tests/run $(wildcard tests/lint/*.t)

## deps-lint: installs these programs
deps-lint:
	$(call install_packages,$(LINT_DEPS))

# ---- coverage: what the tests that need no crash reach of the pure rooms ----

# In a build directory of its own, without sanitizers. V=-v names the worst files.
COVERAGE_BUILD := $(BUILD)/coverage
COVERED_TESTS  := $(patsubst $(TEST_BUILD)/%,$(COVERAGE_BUILD)/san/%,$(UNIT_TESTS) $(FAULT_TESTS))

COVERED_TEXTS  := tests/mem/run.t tests/mem/planted.t tests/mem/record.t tests/mem/records.t tests/mem/snapshot.t \
	tests/mem/map-all.t

## coverage: what the tests without crash reach, a line a room, and its floor
coverage:
	@find $(COVERAGE_BUILD) -name '*.gcda' -delete 2>/dev/null || :
	@$(MAKE) --no-print-directory -s -j2 BUILD=$(COVERAGE_BUILD) SANITIZE='--coverage -O0' \
		$(COVERAGE_BUILD)/san/iommu-mem $(COVERED_TESTS)
	@printf '%s\n' $(COVERED_TESTS) | xargs -P "$$(nproc)" -I '{}' sh -c \
		'{} >/dev/null 2>&1 || echo "{} fails: see make test"'
	@printf '%s\n' $(COVERED_TEXTS) | IOMMU_MEM=$(COVERAGE_BUILD)/san/iommu-mem xargs -P "$$(nproc)" -I '{}' sh -c \
		'perl {} >/dev/null 2>&1 || echo "{} fails: see make test"'
	@tests/coverage/report $(V) $(COVERAGE_BUILD)

## check-coverage: that as one test point
check-coverage:
	@if $(MAKE) --no-print-directory coverage; then echo '1 passed, 0 failed, 0 skipped'; \
	else echo '0 passed, 1 failed, 0 skipped'; fi

# Every kernel, scenario, kind of dump and crash that vmcores/lab lists: less than an hour once the
# dumps are there, and gigabytes in ~/.cache/iommu-lab. MATRIX="6.1 7.2" takes these kernels only.
## lab: every kernel, scenario and crash of vmcores/lab
lab:
	vmcores/lab/lab matrix $(MATRIX)
