sink.o: src/base/sink.c include/iommu/sink.h include/iommu/arena.h \
 include/iommu/record.h
include/iommu/sink.h:
include/iommu/arena.h:
include/iommu/record.h:
