target_cache.o: src/base/target_cache.c include/iommu/target.h \
 include/iommu/addr.h include/iommu/status.h include/iommu/arena.h
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/arena.h:
