interrupt.o: src/crash/interrupt.c src/crash/interrupt.h
src/crash/interrupt.h:
