big_host.o: bench/big_host.c bench/big_host.h tests/mem/mem_target.h \
  include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
  bench/ram_target.h

bench/big_host.h:

tests/mem/mem_target.h:

include/iommu/target.h:

include/iommu/addr.h:

include/iommu/status.h:

bench/ram_target.h:
