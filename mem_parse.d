mem_parse.o: tests/mem/mem_parse.c tests/mem/mem_files.h \
  include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
  tests/mem/mem_store.h

tests/mem/mem_files.h:

include/iommu/target.h:

include/iommu/addr.h:

include/iommu/status.h:

tests/mem/mem_store.h:
