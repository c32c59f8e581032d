test_sink.o: tests/unit/test_sink.c tests/unit/unit.h tests/unit/rng.h \
  src/format/amd/records.h include/iommu/record.h include/iommu/arena.h \
  include/iommu/records.h include/iommu/sink.h

tests/unit/unit.h:

tests/unit/rng.h:

src/format/amd/records.h:

include/iommu/record.h:

include/iommu/arena.h:

include/iommu/records.h:

include/iommu/sink.h:
