pt_scan.o: src/walk/pt_scan.c src/walk/pt_address.h \
 include/iommu/pt_walk.h include/iommu/pt_format.h include/iommu/addr.h \
 include/iommu/record.h include/iommu/arena.h include/iommu/target.h \
 include/iommu/status.h
src/walk/pt_address.h:
include/iommu/pt_walk.h:
include/iommu/pt_format.h:
include/iommu/addr.h:
include/iommu/record.h:
include/iommu/arena.h:
include/iommu/target.h:
include/iommu/status.h:
