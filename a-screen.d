screen.o: src/crash/screen.c src/crash/screen.h include/iommu/progress.h \
 include/iommu/sink.h include/iommu/arena.h include/iommu/record.h
src/crash/screen.h:
include/iommu/progress.h:
include/iommu/sink.h:
include/iommu/arena.h:
include/iommu/record.h:
