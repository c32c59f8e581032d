x86_pt.o: src/format/x86_pt.c src/format/x86_pt.h \
 include/iommu/pt_format.h include/iommu/addr.h include/iommu/record.h \
 include/iommu/arena.h include/iommu/records.h src/format/leaf_run.h
src/format/x86_pt.h:
include/iommu/pt_format.h:
include/iommu/addr.h:
include/iommu/record.h:
include/iommu/arena.h:
include/iommu/records.h:
src/format/leaf_run.h:
