irq.o: src/kernel/amd/irq.c src/kernel/amd/amd.h src/format/amd/dte.h \
 include/iommu/addr.h include/iommu/dma_state.h src/format/amd/records.h \
 include/iommu/record.h include/iommu/arena.h include/iommu/kernel.h \
 include/iommu/layout.h include/iommu/btf_types.h include/iommu/target.h \
 include/iommu/status.h include/iommu/pt_walk.h include/iommu/pt_format.h \
 include/iommu/u64map.h src/kernel/amd/layout.h src/kernel/tree.h
src/kernel/amd/amd.h:
src/format/amd/dte.h:
include/iommu/addr.h:
include/iommu/dma_state.h:
src/format/amd/records.h:
include/iommu/record.h:
include/iommu/arena.h:
include/iommu/kernel.h:
include/iommu/layout.h:
include/iommu/btf_types.h:
include/iommu/target.h:
include/iommu/status.h:
include/iommu/pt_walk.h:
include/iommu/pt_format.h:
include/iommu/u64map.h:
src/kernel/amd/layout.h:
src/kernel/tree.h:
