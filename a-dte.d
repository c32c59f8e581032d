dte.o: src/format/amd/dte.c src/format/amd/dte.h include/iommu/addr.h \
 include/iommu/dma_state.h src/format/amd/records.h \
 include/iommu/record.h include/iommu/arena.h
src/format/amd/dte.h:
include/iommu/addr.h:
include/iommu/dma_state.h:
src/format/amd/records.h:
include/iommu/record.h:
include/iommu/arena.h:
