bytes.o: src/namelist/bytes.c src/namelist/bytes.h
src/namelist/bytes.h:
