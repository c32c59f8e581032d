mem_store.o: tests/mem/mem_store.c tests/mem/mem_store.h \
 include/iommu/status.h
tests/mem/mem_store.h:
include/iommu/status.h:
