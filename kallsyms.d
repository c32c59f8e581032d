kallsyms.o: src/namelist/kallsyms.c src/namelist/symbols.h \
  src/namelist/vmlinux.h src/namelist/image.h

src/namelist/symbols.h:

src/namelist/vmlinux.h:

src/namelist/image.h:
