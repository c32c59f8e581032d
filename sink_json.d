sink_json.o: src/base/sink_json.c include/iommu/digits.h \
  include/iommu/sink.h include/iommu/arena.h include/iommu/record.h

include/iommu/digits.h:

include/iommu/sink.h:

include/iommu/arena.h:

include/iommu/record.h:
