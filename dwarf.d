dwarf.o: src/namelist/dwarf.c src/namelist/dwarf.h src/namelist/bytes.h

src/namelist/dwarf.h:

src/namelist/bytes.h:
