pt.o: src/format/amd/pt.c include/iommu/pt_format.h include/iommu/addr.h \
 include/iommu/record.h include/iommu/arena.h src/format/amd/records.h \
 src/format/leaf_run.h
include/iommu/pt_format.h:
include/iommu/addr.h:
include/iommu/record.h:
include/iommu/arena.h:
src/format/amd/records.h:
src/format/leaf_run.h:
