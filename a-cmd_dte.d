cmd_dte.o: src/cmd/cmd_dte.c src/cmd/cmd.h include/iommu/command.h \
 include/iommu/arena.h include/iommu/layout.h include/iommu/btf_types.h \
 include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
 include/iommu/progress.h include/iommu/sink.h include/iommu/record.h \
 include/iommu/kernel.h include/iommu/dma_state.h include/iommu/pt_walk.h \
 include/iommu/pt_format.h include/iommu/u64map.h \
 include/iommu/pt_nested.h src/format/amd/records.h src/kernel/amd/amd.h \
 src/format/amd/dte.h src/format/amd/records.h src/kernel/amd/layout.h \
 src/cmd/device_details.h
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
src/format/amd/records.h:
src/kernel/amd/amd.h:
src/format/amd/dte.h:
src/format/amd/records.h:
src/kernel/amd/layout.h:
src/cmd/device_details.h:
