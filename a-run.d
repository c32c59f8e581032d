run.o: src/namelist/run.c src/namelist/run.h
src/namelist/run.h:
