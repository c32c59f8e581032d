dwarf_main.o: tests/dwarf/dwarf_main.c tests/dwarf/dwarf_types.h \
  include/iommu/layout.h include/iommu/arena.h include/iommu/btf_types.h \
  include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
  tests/dwarf/rows.h

tests/dwarf/dwarf_types.h:

include/iommu/layout.h:

include/iommu/arena.h:

include/iommu/btf_types.h:

include/iommu/target.h:

include/iommu/addr.h:

include/iommu/status.h:

tests/dwarf/rows.h:
