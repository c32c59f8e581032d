big_table.o: bench/big_table.c bench/big_table.h include/iommu/pt_walk.h \
  include/iommu/pt_format.h include/iommu/addr.h include/iommu/record.h \
  include/iommu/arena.h include/iommu/target.h include/iommu/status.h \
  bench/ram_target.h

bench/big_table.h:

include/iommu/pt_walk.h:

include/iommu/pt_format.h:

include/iommu/addr.h:

include/iommu/record.h:

include/iommu/arena.h:

include/iommu/target.h:

include/iommu/status.h:

bench/ram_target.h:
