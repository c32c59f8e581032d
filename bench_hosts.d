bench_hosts.o: bench/bench_hosts.c bench/bench.h include/iommu/command.h \
  include/iommu/arena.h include/iommu/layout.h include/iommu/btf_types.h \
  include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
  include/iommu/progress.h include/iommu/sink.h include/iommu/record.h \
  bench/big_host.h tests/mem/mem_target.h bench/ram_target.h

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

bench/big_host.h:

tests/mem/mem_target.h:

bench/ram_target.h:
