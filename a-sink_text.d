sink_text.o: src/base/sink_text.c include/iommu/digits.h \
 include/iommu/sink.h include/iommu/arena.h include/iommu/record.h
include/iommu/digits.h:
include/iommu/sink.h:
include/iommu/arena.h:
include/iommu/record.h:
