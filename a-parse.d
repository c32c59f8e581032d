parse.o: src/cmd/parse.c src/cmd/cmd.h include/iommu/command.h \
 include/iommu/arena.h include/iommu/layout.h include/iommu/btf_types.h \
 include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
 include/iommu/progress.h include/iommu/sink.h include/iommu/record.h \
 include/iommu/kernel.h include/iommu/dma_state.h include/iommu/pt_walk.h \
 include/iommu/pt_format.h include/iommu/u64map.h \
 include/iommu/pt_nested.h
src/cmd/cmd.h:
include/iommu/command.h:
include/iommu/arena.h:
include/iommu/layout.h:
include/iommu/btf_types.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/progress.h:
include/iommu/sink.h:
include/iommu/record.h:
include/iommu/kernel.h:
include/iommu/dma_state.h:
include/iommu/pt_walk.h:
include/iommu/pt_format.h:
include/iommu/u64map.h:
include/iommu/pt_nested.h:
