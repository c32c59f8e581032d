test_base.o: tests/unit/test_base.c tests/unit/unit.h tests/unit/rng.h \
 include/iommu/bare_target.h include/iommu/target.h include/iommu/addr.h \
 include/iommu/status.h include/iommu/digits.h include/iommu/u64map.h \
 include/iommu/arena.h
tests/unit/unit.h:
tests/unit/rng.h:
include/iommu/bare_target.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/digits.h:
include/iommu/u64map.h:
include/iommu/arena.h:
