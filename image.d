image.o: src/namelist/image.c src/namelist/image.h src/namelist/run.h

src/namelist/image.h:

src/namelist/run.h:
