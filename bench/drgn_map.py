#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a drgn user would write for `iommu map`: drgn_map.py VMCORE ROOT LEVELS

Fair: a table page is one read, its entries are unpacked at once, no object is made per entry, and
entries that continue what came before take the shortest way through the loop. Says
SECONDS PAGES BYTES STRETCHES; the seconds are those of the walk, without drgn's start.
"""
import struct
import sys
import time

import drgn

ADDRESS = 0x000FFFFFFFFFF000
PERM = 3 << 61
UNPACK = struct.Struct("<512Q").unpack


def walk(read, root, levels):
    stretches = []
    nr_pages = 0

    def table(pa, level, base, perm):
        nonlocal nr_pages
        nr_pages += 1
        shift = 12 + 9 * (level - 1)
        size = 1 << shift
        iova = base
        first = end = -1
        now = 0
        if stretches:
            first, end, now = stretches.pop()
        for entry in UNPACK(read(pa, 4096, True)):
            if entry & 1:
                below = (entry >> 9) & 7
                if below == 0:
                    if iova == end and entry & perm == now:
                        end += size
                    else:
                        if first >= 0:
                            stretches.append((first, end, now))
                        first, end, now = iova, iova + size, entry & perm
                else:
                    if first >= 0:
                        stretches.append((first, end, now))
                    table(entry & ADDRESS, below, iova, perm & entry)
                    first, end, now = stretches.pop() if stretches else (-1, -1, 0)
            iova += size
        if first >= 0:
            stretches.append((first, end, now))

    table(root, levels, 0, PERM)
    return stretches, nr_pages


def main():
    program = drgn.Program()
    program.set_core_dump(sys.argv[1])
    start = time.process_time()
    stretches, nr_pages = walk(program.read, int(sys.argv[2], 16), int(sys.argv[3]))
    seconds = time.process_time() - start
    print(seconds, nr_pages, sum(end - first for first, end, _ in stretches), len(stretches))


main()
