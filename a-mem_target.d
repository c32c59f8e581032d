mem_target.o: tests/mem/mem_target.c tests/mem/mem_target.h \
 include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
 tests/mem/mem_files.h tests/mem/mem_store.h
tests/mem/mem_target.h:
include/iommu/target.h:
include/iommu/addr.h:
include/iommu/status.h:
tests/mem/mem_files.h:
tests/mem/mem_store.h:
