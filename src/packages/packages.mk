# SPDX-License-Identifier: GPL-2.0-or-later
#
# What leaves this tree: installed files, the tarball, packages. Included by the Makefile at the top.

.PHONY: install uninstall man dist deb rpm deps-packages check-man packages-test

VERSION := $(shell cat VERSION)

# ---- manual pages ----

MAN_PAGES := iommu.8 iommu-diff.1 iommu-namelist.1 iommu-report.1 iommu-schema.1
MAN       := $(MAN_PAGES:%=$(BUILD)/man/%)
# That of the release, or of the last change of the version.
MAN_DATE   = $(or $(shell awk -v version='$(VERSION)' -v form=date -f src/packages/changelog.awk CHANGELOG.md),$(shell \
	date -u -r VERSION +%Y-%m-%d))
TO_MAN     = awk -v section=$(subst .,,$(suffix $@)) -v date='$(MAN_DATE)' -v release='iommu $(VERSION)' \
	-f docs/pages-to-man.awk
TO_MAN_NEEDS := docs/pages.awk docs/pages-to-man.awk src/packages/changelog.awk VERSION CHANGELOG.md

## man: the manual pages, into build/man
man: $(MAN)

$(BUILD)/man/iommu.8: docs/programs/iommu.md $(PAGES) $(TO_MAN_NEEDS)
	@mkdir -p $(@D)
	awk -f docs/pages.awk $(filter %.md,$(filter-out CHANGELOG.md,$^)) | $(TO_MAN) > $@

$(filter %.1,$(MAN)): $(BUILD)/man/%.1: docs/programs/%.md $(TO_MAN_NEEDS)
	@mkdir -p $(@D)
	awk -f docs/pages.awk $< | $(TO_MAN) > $@

## check-man: lints the manual pages with mandoc and man
check-man: $(MAN)
	@tests/packages/check-man $(MAN)

# ---- installing ----

PREFIX     ?= /usr
# Where crash looks: lib64 where a distribution has that, else lib.
EXTENSIONS ?= $(PREFIX)/$(if $(wildcard $(PREFIX)/lib64/crash/extensions),lib64,lib)/crash/extensions
BINDIR     ?= $(PREFIX)/bin
MANDIR     ?= $(PREFIX)/share/man
DOCDIR     ?= $(PREFIX)/share/doc/crash-iommu

PROGRAMS  := iommu-namelist iommu-diff iommu-report iommu-schema
DOCUMENTS := README.md CHANGELOG.md LICENSE $(sort $(wildcard docs/*.md docs/commands/*.md docs/fleet/*))

# FILE:WHERE:MODE of everything that is installed; the other two rules follow from it.
INSTALLED = $(BUILD)/iommu.so:$(EXTENSIONS)/iommu.so:644 \
	$(foreach program,$(PROGRAMS),$(BUILD)/$(program):$(BINDIR)/$(program):755) \
	$(foreach page,$(MAN_PAGES),$(BUILD)/man/$(page):$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(page):644) \
	$(foreach document,$(DOCUMENTS),$(document):$(DOCDIR)/$(document):644)

# What was built is not built again: as root there is nothing left to be done but copying.
## install: the plugin, programs, manual pages and documents; PREFIX, EXTENSIONS, BINDIR, MANDIR, DOCDIR, DESTDIR
install: all $(MAN)
	@set -e; for entry in $(INSTALLED); do \
		file=$${entry%%:*}; mode=$${entry##*:}; where=$${entry#*:}; where='$(DESTDIR)'$${where%:*}; \
		echo "$$where"; install -D -m $$mode "$$file" "$$where"; done

## uninstall: removes what install put there, with the same variables
uninstall:
	@for entry in $(INSTALLED); do where=$${entry#*:}; rm -f '$(DESTDIR)'"$${where%:*}"; done
	@for folder in docs/commands docs/fleet docs .; do \
		rmdir '$(DESTDIR)$(DOCDIR)/'$$folder 2>/dev/null || :; done; \
	rmdir '$(DESTDIR)$(DOCDIR)' 2>/dev/null || :

# ---- the tarball ----

DIST      := iommu-$(VERSION)
DIST_DIR  := $(BUILD)/dist
# Of xz: the dumps in it are packed already.
DIST_XZ   ?= -1
DIST_TIME  = $(or $(SOURCE_DATE_EPOCH),$(shell git log -1 --format=%ct))

# The files of this tree that git knows, as they are, and the page of `iommu report` where it is built: the tarball
# then builds without git and without npm.
## dist: the tarball of this version, build/dist/iommu-VERSION.tar.xz
dist: $(REPORT_PAGE)
	@git rev-parse --git-dir >/dev/null || { echo 'make dist needs git, and a checkout of it'; exit 1; }
	@awk -v version='$(VERSION)' -v form=check -f src/packages/changelog.awk CHANGELOG.md
	@rm -rf $(DIST_DIR)/$(DIST) && mkdir -p $(DIST_DIR)/$(DIST)
	@git ls-files -z | xargs -0 ls -d 2>/dev/null | tar -c -T - | tar -x -C $(DIST_DIR)/$(DIST)
	@mkdir -p $(DIST_DIR)/$(DIST)/src/packages/made
	$(if $(REPORT_PAGE),cp $(REPORT_PAGE) $(DIST_DIR)/$(DIST)/src/packages/made/page.html,@echo \
		'without the page of `iommu report`: make deps-report fetches what it is made of')
	@tar -C $(DIST_DIR) --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(DIST_TIME) -c $(DIST) | \
		xz $(DIST_XZ) > $(DIST_DIR)/$(DIST).tar.xz
	@rm -rf $(DIST_DIR)/$(DIST)
	@echo $(DIST_DIR)/$(DIST).tar.xz

# ---- packages ----

PACKAGE      := crash-iommu
PACKAGE_DEPS := $(DEPS) debhelper lintian rpm rpmlint cpio mandoc man-db git
# Who is named as the maker of a package.
MAINTAINER   ?= $(shell git log -1 --format='%an <%ae>' 2>/dev/null)

## deps-packages: installs what the packages are made and checked with
deps-packages:
	$(call install_packages,$(PACKAGE_DEPS))

## deb: the Debian package, into build/deb; lintian looks at it
deb: dist
	src/packages/make-deb '$(VERSION)' '$(MAINTAINER)' $(abspath $(DIST_DIR)/$(DIST).tar.xz) $(BUILD)/deb

## rpm: the RPM package, into build/rpm; rpmlint looks at it
rpm: dist
	src/packages/make-rpm '$(VERSION)' '$(MAINTAINER)' $(abspath $(DIST_DIR)/$(DIST).tar.xz) $(BUILD)/rpm

## packages-test: makes both packages, looks into them and loads what is in them into crash
packages-test: plugin $(UNPACKED)
	@MAKE="$(MAKE)" BUILD=$(BUILD) CRASH="$(CRASH)" NAMELIST=$(abspath $(NAMELIST)) \
		VMCORE_DIR=$(abspath $(VMCORE_DIR)) tests/run tests/packages/packages.t
