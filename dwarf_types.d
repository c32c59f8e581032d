dwarf_types.o: tests/dwarf/dwarf_types.c tests/dwarf/dwarf_types.h \
  include/iommu/layout.h include/iommu/arena.h include/iommu/btf_types.h \
  include/iommu/target.h include/iommu/addr.h include/iommu/status.h

tests/dwarf/dwarf_types.h:

include/iommu/layout.h:

include/iommu/arena.h:

include/iommu/btf_types.h:

include/iommu/target.h:

include/iommu/addr.h:

include/iommu/status.h:
