test_arena.o: tests/unit/test_arena.c tests/unit/unit.h tests/unit/rng.h \
 include/iommu/arena.h
tests/unit/unit.h:
tests/unit/rng.h:
include/iommu/arena.h:
