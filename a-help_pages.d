help_pages.o: build/help_pages.c src/cmd/help_pages.h
src/cmd/help_pages.h:
