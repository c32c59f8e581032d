elf_target.o: tests/elf/elf_target.c tests/elf/elf_target.h \
 tests/elf/elf_dump.h include/iommu/addr.h include/iommu/status.h \
 tests/elf/elf_symbols.h include/iommu/pt_walk.h \
 include/iommu/pt_format.h include/iommu/record.h include/iommu/arena.h \
 include/iommu/target.h include/iommu/bare_target.h
tests/elf/elf_target.h:
tests/elf/elf_dump.h:
include/iommu/addr.h:
include/iommu/status.h:
tests/elf/elf_symbols.h:
include/iommu/pt_walk.h:
include/iommu/pt_format.h:
include/iommu/record.h:
include/iommu/arena.h:
include/iommu/target.h:
include/iommu/bare_target.h:
