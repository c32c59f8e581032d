0.o: /tmp/Iid0P9q1k9/0.c
