u64map.o: src/base/u64map.c include/iommu/u64map.h include/iommu/arena.h
include/iommu/u64map.h:
include/iommu/arena.h:
