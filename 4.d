4.o: /tmp/Iid0P9q1k9/4.c
