irte.o: src/format/amd/irte.c src/format/amd/irte.h include/iommu/addr.h \
 src/format/amd/records.h include/iommu/record.h include/iommu/arena.h
src/format/amd/irte.h:
include/iommu/addr.h:
src/format/amd/records.h:
include/iommu/record.h:
include/iommu/arena.h:
