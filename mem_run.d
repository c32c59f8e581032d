mem_run.o: tests/mem/mem_run.c tests/mem/mem_run.h \
  include/iommu/command.h include/iommu/arena.h include/iommu/layout.h \
  include/iommu/btf_types.h include/iommu/target.h include/iommu/addr.h \
  include/iommu/status.h include/iommu/progress.h include/iommu/sink.h \
  include/iommu/record.h tests/mem/mem_target.h

tests/mem/mem_run.h:

include/iommu/command.h:

include/iommu/arena.h:

include/iommu/layout.h:

include/iommu/btf_types.h:

include/iommu/target.h:

include/iommu/addr.h:

include/iommu/status.h:

include/iommu/progress.h:

include/iommu/sink.h:

include/iommu/record.h:

tests/mem/mem_target.h:
