plugin.o: src/crash/plugin.c src/crash/crash_target.h \
  include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
  src/crash/interrupt.h src/crash/screen.h include/iommu/progress.h \
  include/iommu/sink.h include/iommu/arena.h include/iommu/record.h \
  include/iommu/command.h include/iommu/layout.h \
  include/iommu/btf_types.h

src/crash/crash_target.h:

include/iommu/target.h:

include/iommu/addr.h:

include/iommu/status.h:

src/crash/interrupt.h:

src/crash/screen.h:

include/iommu/progress.h:

include/iommu/sink.h:

include/iommu/arena.h:

include/iommu/record.h:

include/iommu/command.h:

include/iommu/layout.h:

include/iommu/btf_types.h:
