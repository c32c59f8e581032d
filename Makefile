# SPDX-License-Identifier: GPL-2.0-or-later
#
# `make help` lists what there is to be made: the lines "## target: words" of this file and of those that it
# includes.

CC            ?= gcc
CFLAGS        ?= -O2 -g
BUILD         ?= build
CRASH         ?= crash
CRASH_INCLUDE ?= /usr/include/crash

WARNINGS := -Wall -Wextra -Wshadow -Wmissing-prototypes -Wconversion
# Each object knows the headers that it was made from.
DEPEND   := -MMD -MP
STRICT   := $(DEPEND) -std=gnu11 $(WARNINGS) -D_GNU_SOURCE -Iinclude -Isrc
# crash exports some 12,000 names: what is not hidden here could be silently replaced by one.
PLUGIN   := -fPIC -fvisibility=hidden

# Linked in: iommu.so must load on a machine that has crash and nothing else of ours.
# A distribution that has no static yajl gets the library itself.
YAJL ?= $(if $(filter /%,$(shell $(CC) -print-file-name=libyajl_s.a)),-l:libyajl_s.a,-lyajl)

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
.PHONY: all plugin demo docs session session-intel clean deps deps-demo deps-test deps-report deps-browser deps-duckdb help

## all: the plugin and the programs, into build/, against the installed crash header
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

# What `iommu help VERB` shows is made of the files of docs/commands/.
$(BUILD)/help_pages.c: $(PAGES) docs/pages.awk docs/pages-to-c.awk
	@mkdir -p $(@D)
	awk -f docs/pages.awk $(PAGES) | awk -f docs/pages-to-c.awk > $@

# The version stands in the file VERSION alone.
$(BUILD)/version.c: VERSION Makefile
	@mkdir -p $(@D)
	printf '#include "iommu/version.h"\n\nconst char iommu_version[] = "%s";\n' "$$(cat $<)" > $@
	printf 'const char iommu_release[] = "iommu.so %s";\n' "$$(cat $<)" >> $@

# ---- the page of `iommu report` (docs/REPORT.md) ----

# One page for every build of this tree; a tarball of `make dist` has it made. It is left out where `make
# deps-report` was not run since the lock file changed: make itself fetches nothing.
REPORT      := build/report
REPORT_SRC  := $(sort $(wildcard src/report/*.js src/report/*.jsx))
REPORT_PAGE := $(or $(wildcard src/packages/made/page.html),$(if $(shell cmp src/report/package-lock.json \
	$(REPORT)/node_modules/.ready 2>&1),,$(REPORT)/page.html))
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
## deps-report: what the page of `iommu report` is made with, from npm
deps-report:
	$(if $(shell command -v npm),,$(call install_packages,nodejs npm))
	@mkdir -p $(REPORT)
	cp src/report/package.json src/report/package-lock.json $(REPORT)
	npm ci --prefix $(REPORT) --ignore-scripts --no-audit --no-fund --loglevel=error
	cp src/report/package-lock.json $(REPORT)/node_modules/.ready

## deps-browser: what the tests of that page need
deps-browser: deps-report
	$(call install_packages,chromium)

## deps-duckdb: the engine that the tables of docs/FLEET.md are tried in beside SQLite
deps-duckdb:
	$(if $(shell command -v npm),,$(call install_packages,nodejs npm))
	@mkdir -p $(BUILD)/duckdb
	cp tests/session/duckdb/*.json $(BUILD)/duckdb
	npm ci --prefix $(BUILD)/duckdb --ignore-scripts --no-audit --no-fund --loglevel=error

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

# Packages of the distribution: what the plugin and the demo need, what all programs need, what the tests do.
DEMO_DEPS := gcc libc6-dev crash libyajl-dev libbpf-dev xz-utils
DEPS      := $(DEMO_DEPS) libelf-dev zlib1g-dev
TEST_DEPS := $(DEPS) perl libcmocka-dev clang binutils libdwarf-dev sqlite3 parallel libjson-validator-perl \
	libcpanel-json-xs-perl

# Installs those of the packages $(1) that are missing, and shows how far it is. $(2) is run before that, and
# ends in &&.
define install_packages
@missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | \
	grep -q 'ok installed' || echo $$p; done); \
[ -z "$$missing" ] || { echo "installing: " $$missing; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	$(2) $$sudo apt-get update -q && $$sudo env DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -q --no-install-recommends $$missing; }
endef

## deps: installs what building needs (Debian, Ubuntu)
deps:
	$(call install_packages,$(DEPS))

## deps-demo: installs what the plugin and the demo need, and nothing else
deps-demo:
	$(call install_packages,$(DEMO_DEPS))

## deps-test: installs what `make test` needs
deps-test:
	$(call install_packages,$(TEST_DEPS))

## demo: crash sessions on the embedded vmcores: no debuginfo needed
demo: deps-demo
	@$(MAKE) --no-print-directory -s $(BUILD)/iommu.so $(UNPACKED)
	@CRASH="$(CRASH)" IOMMU_SO=$(BUILD)/iommu.so NAMELIST=$(NAMELIST) \
		VMCORE_DIR=$(VMCORE_DIR) INTEL_DIR=$(INTEL_DIR) vmcores/demo

# crash on an embedded vmcore, with the plugin loaded, for you to type. -s, which leaves out crash's banner,
# turns its pager off too.
STATE ?= after
session-intel: VMCORE_DIR := $(INTEL_DIR)
## session: crash on an embedded vmcore, for you to type
## session-intel: the same on that of a machine with VT-d
session session-intel: deps-demo
	@$(MAKE) --no-print-directory -s $(BUILD)/iommu.so $(UNPACKED)
	@printf 'set scroll on\nextend $(BUILD)/iommu.so\n' > $(BUILD)/session-start
	$(CRASH) -s -i $(BUILD)/session-start $(NAMELIST) $(VMCORE_DIR)/$(STATE).elf

## docs: runs the examples of the manual pages and writes what they print into them
docs: plugin $(UNPACKED)
	$(TEST_ENV) docs/commands/refresh

## clean: removes what was made
clean:
	rm -rf $(BUILD)

# The first word of a line "## target: words" is what to type.
help:
	@echo 'make TARGET, in this tree:'
	@cat $(filter-out %.d,$(MAKEFILE_LIST)) | awk -F': ' '/^## [a-z0-9-]+: / { \
		target = substr($$1, 4); sub(/^[^:]*: /, ""); printf "  %-16s %s\n", target, $$0 }'
	@echo 'Variables: CRASH_INCLUDE=DIR (another crash'"'"'s defs.h), BUILD=DIR, PREFIX, EXTENSIONS, DESTDIR.'

include tests/tests.mk
include bench/bench.mk
include src/packages/packages.mk
include tests/mutate/mutate.mk
include tests/fuzz/fuzz.mk
