elf_dump.o: tests/elf/elf_dump.c tests/elf/elf_dump.h \
 include/iommu/addr.h include/iommu/status.h
tests/elf/elf_dump.h:
include/iommu/addr.h:
include/iommu/status.h:
