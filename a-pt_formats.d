pt_formats.o: src/format/pt_formats.c include/iommu/pt_format.h \
 include/iommu/addr.h include/iommu/record.h include/iommu/arena.h
include/iommu/pt_format.h:
include/iommu/addr.h:
include/iommu/record.h:
include/iommu/arena.h:
