ram_target.o: bench/ram_target.c bench/ram_target.h \
 include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
 include/iommu/bare_target.h
bench/ram_target.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/bare_target.h:
