test_pt_format.o: tests/unit/test_pt_format.c tests/unit/unit.h \
 tests/unit/rng.h include/iommu/pt_format.h include/iommu/addr.h \
 include/iommu/record.h include/iommu/arena.h src/format/amd/records.h \
 include/iommu/records.h tests/unit/table_builder.h \
 include/iommu/pt_walk.h include/iommu/target.h include/iommu/status.h \
 tests/unit/pages_target.h
tests/unit/unit.h:
tests/unit/rng.h:
include/iommu/pt_format.h:
include/iommu/addr.h:
include/iommu/record.h:
include/iommu/arena.h:
src/format/amd/records.h:
include/iommu/records.h:
tests/unit/table_builder.h:
include/iommu/pt_walk.h:
include/iommu/target.h:
include/iommu/status.h:
tests/unit/pages_target.h:
