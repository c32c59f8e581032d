test_amd_ivrs.o: tests/unit/test_amd_ivrs.c tests/unit/unit.h \
  tests/unit/rng.h src/format/amd/ivrs.h src/format/amd/records.h \
  include/iommu/record.h include/iommu/arena.h

tests/unit/unit.h:

tests/unit/rng.h:

src/format/amd/ivrs.h:

src/format/amd/records.h:

include/iommu/record.h:

include/iommu/arena.h:
