idmap.o: src/kernel/idmap.c src/kernel/idmap.h include/iommu/kernel.h \
 include/iommu/dma_state.h include/iommu/arena.h include/iommu/layout.h \
 include/iommu/btf_types.h include/iommu/target.h include/iommu/addr.h \
 include/iommu/status.h include/iommu/pt_walk.h include/iommu/pt_format.h \
 include/iommu/record.h include/iommu/u64map.h src/kernel/tree.h
src/kernel/idmap.h:
include/iommu/kernel.h:
include/iommu/dma_state.h:
include/iommu/arena.h:
include/iommu/layout.h:
include/iommu/btf_types.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/pt_walk.h:
include/iommu/pt_format.h:
include/iommu/record.h:
include/iommu/u64map.h:
src/kernel/tree.h:
