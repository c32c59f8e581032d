records.o: src/format/records.c include/iommu/records.h \
 include/iommu/record.h include/iommu/arena.h
include/iommu/records.h:
include/iommu/record.h:
include/iommu/arena.h:
