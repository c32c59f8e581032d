1.o: /tmp/Iid0P9q1k9/1.c
