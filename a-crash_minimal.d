crash_minimal.o: src/crash/crash_minimal.c src/crash/crash_minimal.h \
 include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
 include/iommu/pt_walk.h include/iommu/pt_format.h include/iommu/record.h \
 include/iommu/arena.h
src/crash/crash_minimal.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/pt_walk.h:
include/iommu/pt_format.h:
include/iommu/record.h:
include/iommu/arena.h:
