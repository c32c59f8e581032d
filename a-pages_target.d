pages_target.o: tests/unit/pages_target.c tests/unit/pages_target.h \
 include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
 include/iommu/bare_target.h
tests/unit/pages_target.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/bare_target.h:
