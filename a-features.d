features.o: src/format/amd/features.c src/format/amd/features.h \
 src/format/amd/records.h include/iommu/record.h include/iommu/arena.h
src/format/amd/features.h:
src/format/amd/records.h:
include/iommu/record.h:
include/iommu/arena.h:
