pt_guest.o: src/walk/pt_guest.c include/iommu/pt_nested.h \
  include/iommu/pt_walk.h include/iommu/pt_format.h include/iommu/addr.h \
  include/iommu/record.h include/iommu/arena.h include/iommu/target.h \
  include/iommu/status.h include/iommu/bare_target.h

include/iommu/pt_nested.h:

include/iommu/pt_walk.h:

include/iommu/pt_format.h:

include/iommu/addr.h:

include/iommu/record.h:

include/iommu/arena.h:

include/iommu/target.h:

include/iommu/status.h:

include/iommu/bare_target.h:
