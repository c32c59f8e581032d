test_amd_dte.o: tests/unit/test_amd_dte.c tests/unit/unit.h \
  tests/unit/rng.h src/format/amd/dte.h include/iommu/addr.h \
  include/iommu/dma_state.h src/format/amd/records.h \
  include/iommu/record.h include/iommu/arena.h

tests/unit/unit.h:

tests/unit/rng.h:

src/format/amd/dte.h:

include/iommu/addr.h:

include/iommu/dma_state.h:

src/format/amd/records.h:

include/iommu/record.h:

include/iommu/arena.h:
