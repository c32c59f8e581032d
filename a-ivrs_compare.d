ivrs_compare.o: src/cmd/ivrs_compare.c src/cmd/ivrs.h src/cmd/cmd.h \
 include/iommu/command.h include/iommu/arena.h include/iommu/layout.h \
 include/iommu/btf_types.h include/iommu/target.h include/iommu/addr.h \
 include/iommu/status.h include/iommu/progress.h include/iommu/sink.h \
 include/iommu/record.h include/iommu/kernel.h include/iommu/dma_state.h \
 include/iommu/pt_walk.h include/iommu/pt_format.h include/iommu/u64map.h \
 include/iommu/pt_nested.h src/format/amd/ivrs.h src/format/amd/records.h \
 src/format/amd/records.h src/kernel/amd/amd.h src/format/amd/dte.h \
 src/kernel/amd/layout.h src/cmd/unity.h
src/cmd/ivrs.h:
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
src/format/amd/ivrs.h:
src/format/amd/records.h:
src/format/amd/records.h:
src/kernel/amd/amd.h:
src/format/amd/dte.h:
src/kernel/amd/layout.h:
src/cmd/unity.h:
