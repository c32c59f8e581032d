record.o: src/base/record.c include/iommu/record.h include/iommu/arena.h

include/iommu/record.h:

include/iommu/arena.h:
