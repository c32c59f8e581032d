status.o: src/base/status.c include/iommu/status.h
include/iommu/status.h:
