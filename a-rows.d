rows.o: tests/dwarf/rows.c tests/dwarf/rows.h include/iommu/target.h \
 include/iommu/addr.h include/iommu/status.h include/iommu/layout.h \
 include/iommu/arena.h include/iommu/btf_types.h
tests/dwarf/rows.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/layout.h:
include/iommu/arena.h:
include/iommu/btf_types.h:
