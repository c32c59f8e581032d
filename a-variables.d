variables.o: src/namelist/variables.c src/namelist/variables.h \
 src/namelist/symbols.h src/namelist/vmlinux.h src/namelist/image.h \
 src/namelist/types.h src/namelist/dwarf.h src/namelist/bytes.h
src/namelist/variables.h:
src/namelist/symbols.h:
src/namelist/vmlinux.h:
src/namelist/image.h:
src/namelist/types.h:
src/namelist/dwarf.h:
src/namelist/bytes.h:
