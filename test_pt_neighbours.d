test_pt_neighbours.o: tests/unit/test_pt_neighbours.c tests/unit/unit.h \
  tests/unit/rng.h tests/unit/table_builder.h include/iommu/pt_walk.h \
  include/iommu/pt_format.h include/iommu/addr.h include/iommu/record.h \
  include/iommu/arena.h include/iommu/target.h include/iommu/status.h \
  tests/unit/pages_target.h

tests/unit/unit.h:

tests/unit/rng.h:

tests/unit/table_builder.h:

include/iommu/pt_walk.h:

include/iommu/pt_format.h:

include/iommu/addr.h:

include/iommu/record.h:

include/iommu/arena.h:

include/iommu/target.h:

include/iommu/status.h:

tests/unit/pages_target.h:
