vmlinux.o: src/namelist/vmlinux.c src/namelist/vmlinux.h \
  src/namelist/image.h

src/namelist/vmlinux.h:

src/namelist/image.h:
