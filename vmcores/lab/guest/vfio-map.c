// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hold DMA mappings of a VFIO group and say what was mapped.
 *
 *	vfio-map AREAS DIR GROUP BDF...
 *
 * Runs inside the lab's guest.  Maps the areas of one of the tables below
 * (AREAS is its name) into the IOMMU domain of GROUP, opens the devices BDF...,
 * and writes into DIR
 *
 *	mappings	IOVA PA PERM of every 4 KiB page; of an area that is mapped
 *			again and again, those of the first time
 *	repeated	IOVA SIZE TIMES of such an area: it stands TIMES times from
 *			IOVA on
 *	vfio		who holds the group, and the areas with their addresses
 *	unmapped	page-aligned neighbours of the areas, none of them mapped
 *	hostile		NAME PA LEVELS of page tables that no driver would build,
 *			in memory of this process and known to no IOMMU
 *	gcr3		ROOT LEVELS TABLE-LEVELS PASID IOVA SIZE PA PERM of pages behind
 *			good tables of PASIDs, there as well
 *
 * The physical addresses come from /proc/self/pagemap, so this truth knows
 * nothing of any IOMMU page table.  Prints "holding" when all is mapped, then
 * stays, as a hypervisor would, until it is killed.  From SIGUSR1 on it maps and
 * unmaps one more area over and over, for readers of tables that change.
 *
 * With the areas named threaded, which are those of reference, its first thread ends when all is mapped, as main() may by
 * pthread_exit(), and another one stays: the process lives on, and the task that has its pid is a zombie without memory.
 *
 * Where the kernel has KVM, the holder is a hypervisor: it has a virtual machine
 * that the group belongs to, and a second process has one that owns nothing.
 * Both are in DIR/vms:
 *
 *	PID COMM NUMBER-OF-VIRTUAL-CPUS GROUP
 */
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGE 4096ULL
#define KIB  1024ULL
#define MIB  (1024 * KIB)

#define R VFIO_DMA_MAP_FLAG_READ
#define W VFIO_DMA_MAP_FLAG_WRITE

/* In which order the pages of an area get their frames. */
enum order {
	ASCENDING, /* neighbours often get neighbouring frames: larger leaves */
	SCATTERED, /* hardly any two neighbours do: 4 KiB leaves */
	HUGE,	   /* frames of 2 MiB, placed in them as the IOVA is */
	SHARED,	   /* none of its own: those of the area before it, whose first IOVA they name */
};

struct area {
	uint64_t iova;
	uint64_t size;
	uint32_t perm;
	enum order order;
	uint64_t times; /* mapped at successive IOVAs */
	unsigned char *va;
};

/* SHARED_FROM: the areas named shared are these and those of reference. */
enum { SHARED_FROM = 7 };

static struct area reference_areas[] = {
	{ 0x000000000, 4 * KIB, R | W, ASCENDING, 1, NULL },
	{ 0x000100000, 64 * KIB, R, ASCENDING, 1, NULL },
	{ 0x040000000, 2 * MIB, R | W, ASCENDING, 1, NULL },
	/* crosses from one level-3 entry (1 GiB) to the next */
	{ 0x07ffff000, 8 * MIB, R | W, SCATTERED, 1, NULL },
	{ 0x100000000, 8 * MIB, R | W, HUGE, 1, NULL },
	{ 0x140000000, 4 * KIB, W, ASCENDING, 1, NULL },
	/* all but the first page of 2 MiB: a leaf of each size below it */
	{ 0x180001000, 2 * MIB - 4 * KIB, R | W, HUGE, 1, NULL },
	/* eight pages at three IOVAs, eight more at two */
	[SHARED_FROM] = { 0x200000000, 64 * KIB, R | W, SHARED, 1, NULL },
	{ 0x200100000, 32 * KIB, R, SHARED, 1, NULL },
};

/*
 * The tables of a guest with 64 GiB pinned, in a guest of 1 GiB: 16,777,216
 * entries of 4 KiB, since no two neighbours have neighbouring frames. Above
 * 4 GiB, where no window of the platform lies.
 */
static struct area large_areas[] = {
	{ 0x100000000, 64 * MIB, R | W, SCATTERED, 1024, NULL },
};

static struct area *areas, *areas_end;

static int choose_areas(const char *name)
{
#define END(array) ((array) + sizeof(array) / sizeof((array)[0]))
	if (strcmp(name, "reference") == 0 || strcmp(name, "threaded") == 0)
		areas = reference_areas, areas_end = reference_areas + SHARED_FROM;
	else if (strcmp(name, "shared") == 0)
		areas = reference_areas, areas_end = END(reference_areas);
	else if (strcmp(name, "large") == 0)
		areas = large_areas, areas_end = END(large_areas);
#undef END
	return areas != NULL;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static FILE *create(const char *dir, const char *name)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f)
		die(path);
	return f;
}

static void finish(FILE *f)
{
	if (fclose(f))
		die("fclose");
}

static const char *perm_name(uint32_t perm)
{
	switch (perm) {
	case R | W:
		return "rw";
	case R:
		return "r-";
	default:
		return "-w";
	}
}

/*
 * Give the page a frame, and say in it where it belongs: whoever reads the
 * frame through the IOMMU's tables can tell that it is the right one.
 */
static void touch(const struct area *area, uint64_t page)
{
	uint64_t iova = area->iova + page * PAGE;
	unsigned char *va = area->va + page * PAGE;

	memcpy(va, "vfiopage", 8);
	memcpy(va + 8, &iova, sizeof(iova));
}

static void populate(struct area *area)
{
	uint64_t nr_pages = area->size / PAGE;
	/* odd, so that it visits each of a power of two of pages once */
	uint64_t stride = area->order == SCATTERED ? 677 : 1;
	uint64_t skip = area->order == HUGE ? area->iova % (2 * MIB) : 0;
	int huge = area->order == HUGE ? MAP_HUGETLB : 0;
	unsigned char *va;
	uint64_t i;

	if (area->order == SHARED) {
		area->va = area[-1].va;
		return;
	}
	va = mmap(NULL, skip + area->size, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS | huge, -1, 0);
	if (va == MAP_FAILED)
		die("mmap");
	area->va = va + skip;
	for (i = 0; i < nr_pages; i++)
		touch(area, i * stride % nr_pages);
}

static void map(int container, const struct area *area)
{
	struct vfio_iommu_type1_dma_map request = {
		.argsz = sizeof(request),
		.flags = area->perm,
		.vaddr = (uintptr_t)area->va,
		.iova = area->iova,
		.size = area->size,
	};

	for (uint64_t i = 0; i < area->times; i++, request.iova += area->size)
		if (ioctl(container, VFIO_IOMMU_MAP_DMA, &request))
			die("VFIO_IOMMU_MAP_DMA");
}

static int open_group(int container, const char *number)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[64];
	int group;

	snprintf(path, sizeof(path), "/dev/vfio/%s", number);
	group = open(path, O_RDWR);
	if (group < 0)
		die(path);
	if (ioctl(group, VFIO_GROUP_GET_STATUS, &status))
		die("VFIO_GROUP_GET_STATUS");
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE)) {
		fprintf(stderr, "group %s is not viable\n", number);
		exit(1);
	}
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		die("VFIO_GROUP_SET_CONTAINER");
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		die("VFIO_SET_IOMMU");
	return group;
}

/*
 * Open a device of the group and have it interrupt us, so that its entry in
 * the interrupt remapping table is VFIO's.
 */
static void open_device(int group, const char *bdf)
{
	struct {
		struct vfio_irq_set set;
		int32_t eventfd;
	} irqs = {
		.set.argsz = sizeof(irqs),
		.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
		.set.index = VFIO_PCI_MSIX_IRQ_INDEX,
		.set.count = 1,
		.eventfd = eventfd(0, EFD_CLOEXEC),
	};
	int device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, bdf);

	if (device < 0)
		die(bdf);
	if (irqs.eventfd < 0)
		die("eventfd");
	if (ioctl(device, VFIO_DEVICE_SET_IRQS, &irqs))
		die("VFIO_DEVICE_SET_IRQS");
}

/* The frame behind an address of this process (root may read it). */
static uint64_t pa_of(int pagemap, const unsigned char *va)
{
	const uint64_t present = 1ULL << 63, frame = (1ULL << 55) - 1;
	uint64_t entry;
	off_t where = (off_t)((uintptr_t)va / PAGE * sizeof(entry));

	if (pread(pagemap, &entry, sizeof(entry), where) != sizeof(entry))
		die("pagemap");
	if (!(entry & present) || !(entry & frame)) {
		fprintf(stderr, "pagemap hides a frame\n");
		exit(1);
	}
	return (entry & frame) * PAGE;
}

static void write_mappings(const char *dir)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY);
	FILE *f = create(dir, "mappings");
	const struct area *area;
	uint64_t offset;

	if (pagemap < 0)
		die("pagemap");
	for (area = areas; area < areas_end; area++)
		for (offset = 0; offset < area->size; offset += PAGE)
			fprintf(f, "0x%016jx 0x%016jx %s\n", (uintmax_t)(area->iova + offset),
				(uintmax_t)pa_of(pagemap, area->va + offset),
				perm_name(area->perm));
	close(pagemap);
	finish(f);
}

static void write_vfio(const char *dir, const char *comm, char **group)
{
	FILE *f = create(dir, "vfio");
	const struct area *area;
	char **bdf;

	fprintf(f, "pid %d\ncomm %s\ngroup %s\n", getpid(), comm, *group);
	for (bdf = group + 1; *bdf; bdf++)
		fprintf(f, "device %s\n", *bdf);
	for (area = areas; area < areas_end; area++)
		for (uint64_t i = 0; i < area->times; i++)
			fprintf(f, "area 0x%016jx 0x%016jx 0x%016jx %s\n",
				(uintmax_t)(area->iova + i * area->size),
				(uintmax_t)area->size, (uintmax_t)(uintptr_t)area->va,
				perm_name(area->perm));
	finish(f);
}

static void write_repeated(const char *dir)
{
	FILE *f = create(dir, "repeated");
	const struct area *area;

	for (area = areas; area < areas_end; area++)
		if (area->times > 1)
			fprintf(f, "0x%016jx 0x%016jx %ju\n", (uintmax_t)area->iova,
				(uintmax_t)area->size, (uintmax_t)area->times);
	finish(f);
}

static void write_unmapped(const char *dir)
{
	FILE *f = create(dir, "unmapped");
	const struct area *area;

	for (area = areas; area < areas_end; area++) {
		if (area->iova)
			fprintf(f, "0x%016jx\n", (uintmax_t)(area->iova - PAGE));
		fprintf(f, "0x%016jx\n", (uintmax_t)(area->iova + area->times * area->size));
	}
	finish(f);
}

/* Memory for tables: one huge page, because the kernel moves small ones about as it likes (seen on
 * 7.3). Its frames are neighbours. */
struct steady {
	unsigned char *va;
	uint64_t pa;
	uint64_t nr_used; /* of its 512 small pages */
};

static void take_steady(struct steady *ret)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY);

	if (pagemap < 0)
		die("pagemap");
	ret->va = mmap(NULL, 2 * MIB, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0);
	if (ret->va == MAP_FAILED)
		die("mmap");
	ret->pa = pa_of(pagemap, ret->va);
	ret->nr_used = 0;
	close(pagemap);
}

static uint64_t new_page(struct steady *steady)
{
	if (steady->nr_used == 2 * MIB / PAGE) {
		fprintf(stderr, "no room for more tables\n");
		exit(1);
	}
	return steady->pa + steady->nr_used++ * PAGE;
}

static uint64_t *table_at(const struct steady *steady, uint64_t pa)
{
	return (uint64_t *)(void *)(steady->va + (pa - steady->pa));
}

/*
 * Broken AMD v1 page tables, for a reader of tables to survive. An entry is the
 * frame it points to, bits 11:9 the level of the table there (0: a page), bit
 * 0 present, bits 61 and 62 read and write.
 */
static uint64_t entry(uint64_t pa, uint64_t level)
{
	return pa | level << 9 | 1 | 1ULL << 61 | 1ULL << 62;
}

static void fill(uint64_t *table, uint64_t value)
{
	for (uint64_t i = 0; i < PAGE / sizeof(*table); i++)
		table[i] = value;
}

static void write_hostile(const char *dir, struct steady *steady)
{
	enum { SELF, UPWARDS, RESERVED, WIDE, WIDE_LAST = WIDE + 3, NR_TABLES };
	FILE *f = create(dir, "hostile");
	uint64_t *table[NR_TABLES], pa[NR_TABLES];

	for (uint64_t i = 0; i < NR_TABLES; i++) {
		pa[i] = new_page(steady);
		table[i] = table_at(steady, pa[i]);
	}
	/* its first entry is itself, one level lower */
	table[SELF][0] = entry(pa[SELF], 1);
	/* a level-2 table whose entry says that level 5 is below it */
	table[UPWARDS][3] = entry(pa[SELF], 5);
	/* a table entry with bit 52 set, then a good page beside it */
	table[RESERVED][0] = entry(pa[SELF], 1) | 1ULL << 52;
	table[RESERVED][1] = entry(0x200000, 0);
	/* four levels, each of 512 entries to the one table below: 2^36 pages */
	for (int i = WIDE; i < WIDE_LAST; i++)
		fill(table[i], entry(pa[i + 1], (uint64_t)(WIDE_LAST - i)));
	fill(table[WIDE_LAST], entry(pa[WIDE_LAST], 0));
	fprintf(f, "self 0x%jx 2\nupwards 0x%jx 2\nreserved 0x%jx 2\nwide 0x%jx 4\n",
		(uintmax_t)pa[SELF], (uintmax_t)pa[UPWARDS], (uintmax_t)pa[RESERVED],
		(uintmax_t)pa[WIDE]);
	finish(f);
}

/*
 * Tables of PASIDs (GCR3 tables) as a driver would build them: bit 0 valid, nine
 * bits of the PASID a level, the last of them to a page table of the processor's
 * format. This one: bit 0 present, 1 writable, 2 for users, 5 accessed, 6 dirty, 7 a
 * page above the lowest level.
 */
#define GCR3_VALID   1ULL
#define X86_TABLE    0x27ULL
#define X86_PAGE     0x65ULL
#define X86_WRITABLE 0x2ULL
#define X86_LARGE    0x80ULL
#define ADDRESS_BITS (((1ULL << 52) - 1) & ~(PAGE - 1))

struct pasid_page {
	uint32_t pasid;
	uint64_t iova;
	unsigned level; /* of its entry: 1, 2 and 3 are 4 KiB, 2 MiB and 1 GiB */
	uint64_t pa;	/* 0: a page of ours */
	uint32_t perm;
};

static const struct pasid_page pasid_pages[] = {
	{ 0, 0x0, 1, 0, R | W },
	{ 0, 0x12345000, 1, 0, R | W },
	{ 0, 0x12346000, 1, 0, R },
	{ 0, 0x40000000, 2, 0x600000, R | W },
	{ 0, 0x80000000, 3, 0x40000000, R },
	{ 1, 0x12345000, 1, 0, R | W }, /* the same address is another page for each */
	{ 1, 0x7ffffffff000, 1, 0, R }, /* the last one of the lower half */
	{ 0x1ff, 0x12345000, 1, 0, R | W },
	{ 0x200, 0x12345000, 1, 0, R },
	{ 0x3ffff, 0x12345000, 1, 0, R | W },
	{ 0x40000, 0x12345000, 1, 0, R | W },
	{ 0xfffff, 0x12345000, 1, 0, R },
};

/* The table that an entry points to, a new one if it is empty. */
static uint64_t *table_below(struct steady *steady, uint64_t *slot, uint64_t flags)
{
	if (!*slot)
		*slot = new_page(steady) | flags;
	return table_at(steady, *slot & ADDRESS_BITS);
}

static uint64_t *table_of_pasid(struct steady *steady, uint64_t *table, unsigned levels,
				uint32_t pasid)
{
	for (unsigned level = levels; level > 0; level--)
		table = table_below(steady, &table[pasid >> 9 * (level - 1) & 511], GCR3_VALID);
	return table;
}

static void map_page(struct steady *steady, uint64_t *table, unsigned levels,
		     const struct pasid_page *page, uint64_t iova, uint64_t pa)
{
	for (unsigned level = levels; level > page->level; level--)
		table = table_below(steady, &table[iova >> (12 + 9 * (level - 1)) & 511],
				    X86_TABLE);
	table[iova >> (12 + 9 * (page->level - 1)) & 511] = pa | X86_PAGE |
							    (page->perm & W ? X86_WRITABLE : 0) |
							    (page->level > 1 ? X86_LARGE : 0);
}

/* One table of `levels` levels with all the PASIDs that it reaches, page tables of
 * table_levels below it; where these are 5, everything is 2^50 further up. */
static void write_gcr3_of(FILE *f, struct steady *steady, unsigned levels, unsigned table_levels)
{
	uint64_t root = new_page(steady), up = table_levels == 5 ? 1ULL << 50 : 0;
	size_t nr = sizeof(pasid_pages) / sizeof(pasid_pages[0]);

	for (const struct pasid_page *page = pasid_pages; page < pasid_pages + nr; page++) {
		uint64_t pa, iova = page->iova + up;

		if (page->pasid >> 9 * levels)
			continue;
		pa = page->pa ? page->pa : new_page(steady);
		map_page(steady,
			 table_of_pasid(steady, table_at(steady, root), levels, page->pasid),
			 table_levels, page, iova, pa);
		fprintf(f, "0x%jx %u %u 0x%x 0x%jx 0x%llx 0x%jx %s\n", (uintmax_t)root, levels,
			table_levels, page->pasid, (uintmax_t)iova, PAGE << 9 * (page->level - 1),
			(uintmax_t)pa, perm_name(page->perm));
	}
}

static void write_gcr3(const char *dir, struct steady *steady)
{
	FILE *f = create(dir, "gcr3");

	for (unsigned levels = 1; levels <= 3; levels++) {
		write_gcr3_of(f, steady, levels, 4);
		write_gcr3_of(f, steady, levels, 5);
	}
	finish(f);
}

/* A virtual machine that never runs. */
static int create_vm(int nr_vcpus)
{
	int kvm = open("/dev/kvm", O_RDWR), vm;

	if (kvm < 0)
		die("/dev/kvm");
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	if (vm < 0)
		die("KVM_CREATE_VM");
	if (ioctl(vm, KVM_CREATE_IRQCHIP, 0))
		die("KVM_CREATE_IRQCHIP");
	for (int i = 0; i < nr_vcpus; i++)
		if (ioctl(vm, KVM_CREATE_VCPU, i) < 0)
			die("KVM_CREATE_VCPU");
	return vm;
}

static void give_to_vm(int vm, int group)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_VFIO };
	struct kvm_device_attr add = {
		.group = KVM_DEV_VFIO_GROUP,
		.attr = KVM_DEV_VFIO_GROUP_ADD,
		.addr = (uintptr_t)&group,
	};

	if (ioctl(vm, KVM_CREATE_DEVICE, &device))
		die("KVM_CREATE_DEVICE");
	if (ioctl((int)device.fd, KVM_SET_DEVICE_ATTR, &add))
		die("KVM_DEV_VFIO_GROUP_ADD");
}

#define VCPUS_OF_HOLDER 2
#define VCPUS_OF_OTHER	1
#define OTHER_COMM	"vm-other"

/* Another process with a virtual machine; answers when that is there. */
static pid_t start_other_vm(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		prctl(PR_SET_NAME, OTHER_COMM);
		create_vm(VCPUS_OF_OTHER);
		if (write(ready[1], "", 1) != 1)
			die("pipe");
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1) {
		fprintf(stderr, "no second virtual machine\n");
		exit(1);
	}
	return pid;
}

static void be_hypervisor(const char *dir, const char *comm, int group, const char *number,
			  pid_t other)
{
	FILE *f;

	give_to_vm(create_vm(VCPUS_OF_HOLDER), group);
	f = create(dir, "vms");
	fprintf(f, "%d %s %d %s\n%d %s %d --\n", getpid(), comm, VCPUS_OF_HOLDER, number, other,
		OTHER_COMM, VCPUS_OF_OTHER);
	finish(f);
}

static volatile sig_atomic_t told_to_churn;

static void start_churning(int signal)
{
	(void)signal;
	told_to_churn = 1;
}

static void unmap(int container, const struct area *area)
{
	struct vfio_iommu_type1_dma_unmap request = {
		.argsz = sizeof(request),
		.iova = area->iova,
		.size = area->size,
	};

	if (ioctl(container, VFIO_IOMMU_UNMAP_DMA, &request))
		die("VFIO_IOMMU_UNMAP_DMA");
}

/* Far from the other areas, so that tables of every level come and go. */
static void churn(int container)
{
	struct area area = { 0x4000000000, 4 * MIB, R | W, SCATTERED, 1, NULL };

	populate(&area);
	for (;;) {
		map(container, &area);
		unmap(container, &area);
	}
}

static void hold(int container)
{
	puts("holding");
	fflush(stdout);
	while (!told_to_churn)
		pause();
	churn(container);
}

static bool first_thread_is_gone(void)
{
	char path[64], line[256], *behind_name;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	f = fopen(path, "r");
	if (!f || !fgets(line, sizeof(line), f))
		die(path);
	fclose(f);
	behind_name = strrchr(line, ')');
	return behind_name && behind_name[1] == ' ' && behind_name[2] == 'Z';
}

static void *hold_alone(void *container)
{
	while (!first_thread_is_gone())
		usleep(1000);
	hold(*(int *)container);
	return NULL;
}

int main(int argc, char **argv)
{
	static int container; /* for a thread that outlives this one */
	static const char comm[] = "vfio-hold";
	bool has_kvm = access("/dev/kvm", F_OK) == 0;
	int group, i;
	struct steady steady;
	pthread_t thread;
	struct area *area;
	pid_t other = 0;

	if (argc < 5 || !choose_areas(argv[1])) {
		fprintf(stderr, "usage: vfio-map reference|shared|threaded|large DIR GROUP BDF...\n");
		return 2;
	}
	signal(SIGUSR1, start_churning);
	prctl(PR_SET_NAME, comm);
	/* no 2 MiB frames but where the table asks for them */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);

	/* while this process is small */
	if (has_kvm)
		other = start_other_vm();
	container = open("/dev/vfio/vfio", O_RDWR);
	if (container < 0)
		die("/dev/vfio/vfio");
	group = open_group(container, argv[3]);
	for (area = areas; area < areas_end; area++) {
		populate(area);
		map(container, area);
	}
	if (has_kvm)
		be_hypervisor(argv[2], comm, group, argv[3], other);
	for (i = 4; i < argc; i++)
		open_device(group, argv[i]);

	write_mappings(argv[2]);
	write_repeated(argv[2]);
	write_vfio(argv[2], comm, argv + 3);
	write_unmapped(argv[2]);
	take_steady(&steady);
	write_hostile(argv[2], &steady);
	write_gcr3(argv[2], &steady);
	if (strcmp(argv[1], "threaded") == 0) {
		if (pthread_create(&thread, NULL, hold_alone, &container))
			die("pthread_create");
		pthread_exit(NULL);
	}
	hold(container);
}
