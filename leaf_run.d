leaf_run.o: src/format/leaf_run.c src/format/leaf_run.h

src/format/leaf_run.h:
