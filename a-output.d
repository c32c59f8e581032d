output.o: src/namelist/output.c src/namelist/output.h \
 src/namelist/dwarf.h src/namelist/bytes.h src/namelist/symbols.h \
 src/namelist/vmlinux.h src/namelist/image.h
src/namelist/output.h:
src/namelist/dwarf.h:
src/namelist/bytes.h:
src/namelist/symbols.h:
src/namelist/vmlinux.h:
src/namelist/image.h:
