target.o: src/base/target.c include/iommu/target.h include/iommu/addr.h \
  include/iommu/status.h

include/iommu/target.h:

include/iommu/addr.h:

include/iommu/status.h:
