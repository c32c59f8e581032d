test_screen.o: tests/unit/test_screen.c tests/unit/unit.h \
  tests/unit/rng.h tests/unit/../../src/crash/screen.c \
  tests/crash-stub/defs.h tests/unit/../../src/crash/screen.h \
  include/iommu/progress.h include/iommu/sink.h include/iommu/arena.h \
  include/iommu/record.h

tests/unit/unit.h:

tests/unit/rng.h:

tests/unit/../../src/crash/screen.c:

tests/crash-stub/defs.h:

tests/unit/../../src/crash/screen.h:

include/iommu/progress.h:

include/iommu/sink.h:

include/iommu/arena.h:

include/iommu/record.h:
