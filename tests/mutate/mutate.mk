# SPDX-License-Identifier: GPL-2.0-or-later
#
# Damaged dumps through crash; included by the Makefile at the top. tests/mutate/mutate.t says what is asserted.

.PHONY: mutate mutate-short

# One at a time and on both machines. What was found of each kind stays in $(BUILD)/mutate.
MUTATE_ENV = $(TEST_ENV) TEST_JOBS=1 SEED=$(SEED) MUTANTS=$(MUTANTS) MUTANT=$(MUTANT) MUTATE_DIR=$(abspath $(BUILD))/mutate
ON_INTEL   = VMCORE_DIR=$(abspath $(INTEL_DIR))

## mutate: 1,000 damaged dumps through crash, every verb; MUTANT=N is one of them again, SEED=N others
mutate: plugin $(UNPACKED)
	@mkdir -p $(BUILD)/mutate
ifneq ($(MUTANT),)
	@$(MUTATE_ENV) perl tests/mutate/mutate.t
	@$(MUTATE_ENV) $(ON_INTEL) perl tests/mutate/mutate.t
else
	@$(MUTATE_ENV) tests/run tests/mutate/oracle.t tests/mutate/mutate.t $(ON_INTEL) tests/mutate/mutate.t
endif

## mutate-short: the first 50 of them
mutate-short:
	@$(MAKE) --no-print-directory mutate MUTANTS=50
