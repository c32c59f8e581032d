guest_pt.o: src/format/amd/guest_pt.c include/iommu/pt_format.h \
 include/iommu/addr.h include/iommu/record.h include/iommu/arena.h \
 include/iommu/records.h src/format/amd/records.h src/format/leaf_run.h \
 src/format/x86_pt.h
include/iommu/pt_format.h:
include/iommu/addr.h:
include/iommu/record.h:
include/iommu/arena.h:
include/iommu/records.h:
src/format/amd/records.h:
src/format/leaf_run.h:
src/format/x86_pt.h:
