btf_types.o: src/kernel/btf_types.c include/iommu/btf_types.h \
 include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
 src/kernel/libbpf.h
include/iommu/btf_types.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
src/kernel/libbpf.h:
