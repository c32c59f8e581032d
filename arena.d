arena.o: src/base/arena.c include/iommu/arena.h

include/iommu/arena.h:
