libbpf.o: src/kernel/libbpf.c src/kernel/libbpf.h

src/kernel/libbpf.h:
