ppr.o: src/format/amd/ppr.c src/format/amd/log.h src/format/amd/records.h \
 include/iommu/record.h include/iommu/arena.h
src/format/amd/log.h:
src/format/amd/records.h:
include/iommu/record.h:
include/iommu/arena.h:
