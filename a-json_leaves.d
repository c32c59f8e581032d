json_leaves.o: tests/fault/json_leaves.c tests/fault/json_leaves.h
tests/fault/json_leaves.h:
