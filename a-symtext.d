symtext.o: src/namelist/symtext.c src/namelist/symbols.h \
 src/namelist/vmlinux.h src/namelist/image.h
src/namelist/symbols.h:
src/namelist/vmlinux.h:
src/namelist/image.h:
