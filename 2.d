2.o: /tmp/Iid0P9q1k9/2.c
