elf_symbols.o: tests/elf/elf_symbols.c tests/elf/elf_symbols.h \
 tests/elf/elf_target.h tests/elf/elf_dump.h include/iommu/addr.h \
 include/iommu/status.h include/iommu/pt_walk.h include/iommu/pt_format.h \
 include/iommu/record.h include/iommu/arena.h include/iommu/target.h
tests/elf/elf_symbols.h:
tests/elf/elf_target.h:
tests/elf/elf_dump.h:
include/iommu/addr.h:
include/iommu/status.h:
include/iommu/pt_walk.h:
include/iommu/pt_format.h:
include/iommu/record.h:
include/iommu/arena.h:
include/iommu/target.h:
