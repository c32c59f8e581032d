bench_tables.o: bench/bench_tables.c bench/bench.h \
 include/iommu/command.h include/iommu/arena.h include/iommu/layout.h \
 include/iommu/btf_types.h include/iommu/target.h include/iommu/addr.h \
 include/iommu/status.h include/iommu/progress.h include/iommu/sink.h \
 include/iommu/record.h bench/big_table.h include/iommu/pt_walk.h \
 include/iommu/pt_format.h bench/ram_target.h
bench/bench.h:
include/iommu/command.h:
include/iommu/arena.h:
include/iommu/layout.h:
include/iommu/btf_types.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/progress.h:
include/iommu/sink.h:
include/iommu/record.h:
bench/big_table.h:
include/iommu/pt_walk.h:
include/iommu/pt_format.h:
bench/ram_target.h:
