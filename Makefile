# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            build/iommu.so and build/iommu-namelist, against the installed crash header
# make demo       a crash session on the embedded vmcores, no debuginfo needed
# make test       every test of the default tiers
# make help       the rest

CC            ?= gcc
CFLAGS        ?= -O2 -g
BUILD         ?= build
CRASH         ?= crash
CRASH_INCLUDE ?= /usr/include/crash
PREFIX        ?= /usr
EXTENSIONS    ?= $(DESTDIR)$(PREFIX)/lib/crash/extensions

WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wconversion
STRICT   := -std=gnu11 $(WARNINGS) -D_GNU_SOURCE -Iinclude
# crash exports some 12,000 names: what is not hidden here could be silently replaced by one.
PLUGIN   := -fPIC -fvisibility=hidden

# Linked in: iommu.so must load on a machine that has crash and nothing else of ours.
YAJL := -l:libyajl_s.a

PURE_ROOMS := base format walk kernel cmd
PURE_SRC   := $(foreach room,$(PURE_ROOMS),$(sort $(wildcard src/$(room)/*.c)))
CRASH_SRC  := $(sort $(wildcard src/crash/*.c))
HEADERS    := $(wildcard include/iommu/*.h src/*/*.h tests/*/*.h)
PAGES      := $(sort $(wildcard docs/commands/*.md))

PURE_OBJ  := $(PURE_SRC:%.c=$(BUILD)/%.o) $(BUILD)/help_pages.o
CRASH_OBJ := $(CRASH_SRC:%.c=$(BUILD)/%.o)

.DELETE_ON_ERROR:
.PHONY: all plugin demo test clean deps install help

all: plugin $(BUILD)/iommu-namelist

plugin: $(BUILD)/iommu.so

$(BUILD)/iommu.so: $(PURE_OBJ) $(CRASH_OBJ)
	$(CC) -shared $(LDFLAGS) -o $@ $^ -Wl,--exclude-libs,ALL $(YAJL)

$(BUILD)/src/crash/%.o: src/crash/%.c $(HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(PLUGIN) -isystem $(CRASH_INCLUDE) -c -o $@ $<

$(BUILD)/src/%.o: src/%.c $(HEADERS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STRICT) $(PLUGIN) -c -o $@ $<

# The manual pages of `iommu help VERB` are the files of docs/commands/.
$(BUILD)/help_pages.c: $(PAGES) docs/pages-to-c.awk
	@mkdir -p $(@D)
	awk -f docs/pages-to-c.awk $(PAGES) > $@

$(BUILD)/help_pages.o: $(BUILD)/help_pages.c src/cmd/help_pages.h
	$(CC) $(CFLAGS) $(STRICT) $(PLUGIN) -Isrc/cmd -c -o $@ $<

# ---- the tool for small namelists (docs/NAMELIST.md) ----

NAMELIST_SRC := $(sort $(wildcard src/namelist/*.c))

$(BUILD)/iommu-namelist: $(NAMELIST_SRC:%.c=$(BUILD)/%.o)
	$(CC) $(LDFLAGS) -o $@ $^ -lelf -lbpf -lz

# ---- tests: everything but src/crash/, under sanitizers ----

SANITIZE   := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
TEST_BUILD := $(BUILD)/san
TEST_FLAGS := -O1 -g $(STRICT) $(SANITIZE) -Isrc/cmd -Isrc/kernel -Itests/mem

TEST_PURE_OBJ := $(PURE_SRC:%.c=$(TEST_BUILD)/%.o) $(TEST_BUILD)/help_pages.o
# The memory target: memory, symbols and members as text, behind the seam of iommu/target.h.
MEM_OBJ       := $(patsubst %.c,$(TEST_BUILD)/%.o,$(filter-out %/main.c,$(wildcard tests/mem/*.c)))
UNIT_TESTS    := $(patsubst %.c,$(TEST_BUILD)/%,$(wildcard tests/unit/test_*.c))
FAULT_TESTS   := $(patsubst %.c,$(TEST_BUILD)/%,$(wildcard tests/fault/test_*.c))
IOMMU_MEM     := $(TEST_BUILD)/iommu-mem

$(TEST_BUILD)/help_pages.o: $(BUILD)/help_pages.c src/cmd/help_pages.h
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) -c -o $@ $<

$(TEST_BUILD)/%.o: %.c $(HEADERS)
	@mkdir -p $(@D)
	$(CC) $(TEST_FLAGS) -c -o $@ $<

$(TEST_BUILD)/libpure.a: $(TEST_PURE_OBJ)
	ar rcs $@ $^

$(IOMMU_MEM): $(TEST_BUILD)/tests/mem/main.o $(MEM_OBJ) $(TEST_BUILD)/libpure.a
	$(CC) $(SANITIZE) -o $@ $^ -lyajl

$(UNIT_TESTS) $(FAULT_TESTS): %: %.o $(MEM_OBJ) $(TEST_BUILD)/libpure.a
	$(CC) $(SANITIZE) -o $@ $^ -lyajl -lcmocka

.SECONDARY:

clean:
	rm -rf $(BUILD)
