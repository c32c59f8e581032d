# SPDX-License-Identifier: GPL-2.0-or-later
#
# Benchmarks: the objects of the plugin, no sanitizers. Included by the Makefile at the top.

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
## bench: the table of docs/PERFORMANCE.md, 15 minutes
bench: plugin $(BENCHES) $(BUILD)/floor.so
	CRASH="$(CRASH)" BUILD=$(abspath $(BUILD)) bench/run
