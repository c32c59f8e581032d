3.o: /tmp/Iid0P9q1k9/3.c
