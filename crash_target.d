crash_target.o: src/crash/crash_target.c src/crash/crash_minimal.h \
  include/iommu/target.h include/iommu/addr.h include/iommu/status.h \
  src/crash/crash_target.h src/crash/interrupt.h

src/crash/crash_minimal.h:

include/iommu/target.h:

include/iommu/addr.h:

include/iommu/status.h:

src/crash/crash_target.h:

src/crash/interrupt.h:
