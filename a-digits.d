digits.o: src/base/digits.c include/iommu/digits.h
include/iommu/digits.h:
