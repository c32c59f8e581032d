test_amd_log.o: tests/unit/test_amd_log.c tests/unit/unit.h \
  tests/unit/rng.h src/format/amd/irte.h include/iommu/addr.h \
  src/format/amd/records.h include/iommu/record.h include/iommu/arena.h \
  src/format/amd/log.h

tests/unit/unit.h:

tests/unit/rng.h:

src/format/amd/irte.h:

include/iommu/addr.h:

src/format/amd/records.h:

include/iommu/record.h:

include/iommu/arena.h:

src/format/amd/log.h:
