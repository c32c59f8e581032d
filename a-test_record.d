test_record.o: tests/unit/test_record.c tests/unit/unit.h \
 tests/unit/rng.h src/format/amd/records.h include/iommu/record.h \
 include/iommu/arena.h include/iommu/records.h
tests/unit/unit.h:
tests/unit/rng.h:
src/format/amd/records.h:
include/iommu/record.h:
include/iommu/arena.h:
include/iommu/records.h:
