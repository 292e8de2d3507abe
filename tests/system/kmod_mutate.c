// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_mutate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_child.h"
#include "kmod_handover.h"
#include "kmod_mutate_text.h"
#include "kmod_sockets.h"
#include "tcp_lookup/contract.h"

unsigned long mutate_operations = 10000;
unsigned long long mutate_seed = 1;

enum { WORKERS = 4, FILES = 24, MOST = 70000 };

static const char *const names[] = {
	TCP_LOOKUP_VIEW_INFO, TCP_LOOKUP_VIEW_LISTENERS, TCP_LOOKUP_VIEW_BOUND,
	TCP_LOOKUP_VIEW_EHASH, TCP_LOOKUP_VIEW_LOOKUP, TCP_LOOKUP_VIEW_LOOKUP,
	TCP_LOOKUP_VIEW_TRACE, "",
};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* What this process has. */
static struct chance chance;
static int files[FILES];
static int pipe_ends[2], over, first_namespace;
static char *bytes, *bad;		/* MOST bytes; an address that faults in its second page */
static unsigned long operation;

static unsigned long below(unsigned long limit)
{
	return chance_below(&chance, limit);
}

static void demand(bool held, const char *what)
{
	if (held)
		return;
	printf("# seed %llu, operation %lu: %s (errno %d)\n", mutate_seed, operation, what, errno);
	fflush(stdout);
	_exit(1);
}

/* No more than was asked for, and errors are those that user space knows. */
static bool sane(long result, size_t asked)
{
	enum { MAX_USER_ERRNO = 511 };	/* ERESTARTSYS is 512 */

	demand(result < 0 ? result == -1 && errno > 0 && errno <= MAX_USER_ERRNO :
			    (size_t)result <= asked, "a call's result");
	return result > 0;
}

static bool sane_text(long result, size_t asked, const char *text)
{
	if (!sane(result, asked))
		return false;
	demand(is_plain_text(text, (size_t)result), "a byte that is not text");
	demand(!has_kernel_address(text, (size_t)result), "an address of the kernel");
	return true;
}

static int *any_file(void)
{
	return &files[below(FILES)];
}

/* Anywhere: near the beginning, far behind the end, negative. */
static off_t any_place(void)
{
	static const off_t odd[] = {-1, 1LL << 31, 1LL << 32, (off_t)(~0ULL >> 1), -(1LL << 62), 0};

	return below(4) ? (off_t)chance_size(&chance, 200000) :
			  odd[below(sizeof(odd) / sizeof(odd[0]))];
}

/* --- operations: each says whether it has done something ---------------------------- */

static bool open_one(void)
{
	static const int modes[] = {O_RDWR, O_RDWR, O_RDONLY, O_RDONLY, O_WRONLY};
	static const int odd[] = {0, 0, 0, 0, O_APPEND, O_DIRECT, O_SYNC, O_TRUNC, O_PATH, O_CREAT,
				  O_EXCL, O_DIRECTORY, O_NOFOLLOW, O_NOATIME};
	int *file = any_file();
	char path[64];

	snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s", names[below(NAMES)]);
	close(*file);
	/* A read of a trace may wait; then the timer's signal ends it. */
	*file = open(path, modes[below(5)] | odd[below(14)] | O_CLOEXEC |
			   (below(8) ? O_NONBLOCK : 0), 0600);
	return sane(*file, ~0UL >> 1);
}

static bool close_one(void)
{
	int *file = any_file();
	bool done = close(*file) == 0;

	*file = -1;
	return done;
}

static bool dup_one(void)
{
	int *from = any_file(), *to = any_file();

	if (from == to)
		return false;
	close(*to);
	*to = fcntl(*from, F_DUPFD_CLOEXEC, 0);
	return sane(*to, ~0UL >> 1);
}

static bool read_one(void)
{
	size_t size = chance_size(&chance, MOST);

	return sane_text(read(*any_file(), bytes, size), size, bytes);
}

static bool pread_one(void)
{
	size_t size = chance_size(&chance, MOST);

	return sane_text(pread(*any_file(), bytes, size, any_place()), size, bytes);
}

/* A part of the memory cannot be written to, or read from. */
static bool bad_memory(void)
{
	size_t size = chance_size(&chance, MOST);
	char *at = below(3) ? bad + 4096 - below(200) : bad + 4096;

	if (below(2))
		return sane(read(*any_file(), at, size), size);
	return sane(write(*any_file(), at, size), size);
}

static bool readv_one(void)
{
	size_t first = chance_size(&chance, 1000), second = chance_size(&chance, 1000);
	struct iovec parts[] = {{bytes, first}, {bytes + first, second},
				{below(4) ? bytes : bad + 4096, below(4) ? 0 : 100}};
	int flags = below(4) ? 0 : RWF_NOWAIT;
	long got = preadv2(*any_file(), parts, 3, below(2) ? -1 : any_place(), flags);

	return sane(got, first + second + 100);
}

static bool seek_one(void)
{
	static const int whences[] = {SEEK_SET, SEEK_SET, SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA,
				      SEEK_HOLE, 77};

	return sane(lseek(*any_file(), any_place(), whences[below(8)]), ~0UL >> 1);
}

static bool write_one(void)
{
	size_t size = chance_questions(&chance, bytes, MOST);
	long wrote = below(8) ? write(*any_file(), bytes, size) :
				pwrite(*any_file(), bytes, size, any_place());

	demand(wrote < 0 || (size_t)wrote == size, "a write is whole or refused");
	return sane(wrote, size);
}

static bool writev_one(void)
{
	size_t size = chance_questions(&chance, bytes, MOST), half = below(size + 1);
	struct iovec parts[] = {{bytes, half}, {bytes + half, size - half}};

	return sane(writev(*any_file(), parts, 2), size);
}

/* Asks and reads at once, as the other workers may do over the same open file. */
static bool ask_one(void)
{
	static const char good[] = "127.0.0.1:1 127.0.0.1:80\n";
	int file = *any_file();
	size_t size = chance_size(&chance, MOST);

	if (write(file, good, sizeof(good) - 1) != sizeof(good) - 1)
		return false;
	return sane_text(read(file, bytes, size), size, bytes);
}

static bool splice_out(void)
{
	size_t size = chance_size(&chance, MOST);
	loff_t place = any_place();
	long moved = below(4) ? splice(*any_file(), below(2) ? NULL : &place, pipe_ends[1], NULL,
				       size, SPLICE_F_NONBLOCK) :
				sendfile(pipe_ends[1], *any_file(), NULL, size);
	bool done = sane(moved, size);

	while ((moved = read(pipe_ends[0], bytes, MOST)) > 0)
		sane_text(moved, MOST, bytes);
	return done;
}

static bool splice_in(void)
{
	size_t size = chance_questions(&chance, bytes, MOST);
	bool done;

	sane(write(pipe_ends[1], bytes, size), size);
	done = sane(splice(pipe_ends[0], NULL, *any_file(), NULL, chance_size(&chance, MOST),
			   SPLICE_F_NONBLOCK), MOST);
	while (read(pipe_ends[0], bytes, MOST) > 0)
		;
	return done;
}

static bool copy_range(void)
{
	size_t size = chance_size(&chance, MOST);

	return sane(copy_file_range(*any_file(), NULL, *any_file(), NULL, size, 0), size);
}

static bool poll_one(void)
{
	struct pollfd wait = {.fd = *any_file(), .events = (short)below(0x8000)};

	return sane(poll(&wait, 1, 0), 1);
}

static bool odd_calls(void)
{
	int file = *any_file();
	struct stat st;
	void *map;

	switch (below(9)) {
	case 0:
		return sane(ioctl(file, below(1UL << 31), bytes), ~0UL >> 1);
	case 1:
		map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
		demand(map == MAP_FAILED, "a view cannot be mapped");
		return false;
	case 2:
		return sane(ftruncate(file, any_place()), 0);
	case 3:
		return sane(fsync(file), 0);
	case 4:
		return sane(fstat(file, &st), 0);
	case 5:
		return sane(fallocate(file, 0, any_place(), any_place()), 0);
	case 6:
		return sane(fcntl(file, F_SETFL, below(8) ? O_NONBLOCK : O_APPEND), 0);
	case 7:
		return sane(fcntl(file, F_SETSIG, 0), 0);
	default:
		return sane(posix_fadvise(file, 0, 0, (int)below(8)), 1000);
	}
}

/* Ends a read that waits. */
static void set_timer(void)
{
	const struct itimerval often = {{0, 20000}, {0, 20000}};

	must(setitimer(ITIMER_REAL, &often, NULL) == 0, "setitimer");
}

static bool fork_one(void)
{
	pid_t child = fork();

	demand(child >= 0, "fork");
	if (child == 0) {
		set_timer();
		/* The parent goes on meanwhile, with the same open files. */
		for (int i = 0; i < 3; i++)
			below(2) ? read_one() : write_one();
		_exit(0);
	}
	for (int i = 0; i < 2; i++)
		below(2) ? read_one() : write_one();
	while (waitpid(child, NULL, 0) < 0)
		demand(errno == EINTR, "waitpid");
	return true;
}

/* To any of the workers, which may have entered another namespace; or from one. */
static bool hand_over(void)
{
	int *file = any_file();

	if (below(2))
		return fcntl(*file, F_GETFD) >= 0 && send_file(over, *file) == 0;
	close(*file);
	*file = receive_file(over);
	return *file >= 0;
}

static bool change_namespace(void)
{
	static int server = -1;

	if (below(2))
		return setns(first_namespace, CLONE_NEWNET) == 0;
	close(server);
	enter_new_namespace();
	server = listener("127.0.0.1", 80);
	return true;
}

static bool make_traffic(void)
{
	int fd = tcp_socket(AF_INET);

	nonblocking(fd);	/* nobody accepts: the queue will be full */
	connect_to(fd, "127.0.0.1", below(2) ? 80 : 81);
	close(fd);
	return true;
}

/* --- all ------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	unsigned int weight;
	bool (*run)(void);
} operations[] = {
	{"open", 60, open_one}, {"close", 20, close_one}, {"dup", 10, dup_one},
	{"read", 200, read_one}, {"pread", 120, pread_one}, {"bad memory", 40, bad_memory},
	{"readv", 50, readv_one}, {"seek", 100, seek_one}, {"write", 150, write_one},
	{"writev", 20, writev_one}, {"ask", 60, ask_one}, {"splice from", 40, splice_out},
	{"splice to", 15, splice_in}, {"copy_file_range", 5, copy_range}, {"poll", 30, poll_one},
	{"odd calls", 30, odd_calls}, {"fork", 3, fork_one}, {"hand over", 20, hand_over},
	{"change namespace", 2, change_namespace}, {"traffic", 25, make_traffic},
};
enum { OPERATIONS = sizeof(operations) / sizeof(operations[0]), WEIGHTS = 1000 };

/* Shared: how often each was done, and how often it has done something. */
static struct tally { unsigned long tried, done; } *tallies;

static void on_alarm(int signal_number)
{
	(void)signal_number;
}

static void work(int worker)
{
	const struct sigaction action = {.sa_handler = on_alarm};

	chance = chance_of(mutate_seed * WORKERS + (unsigned long long)worker);
	must(pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) == 0, "pipe");
	must(sigaction(SIGALRM, &action, NULL) == 0, "sigaction");
	set_timer();
	for (operation = 0; operation < mutate_operations / WORKERS; operation++) {
		unsigned long ticket = below(WEIGHTS);
		int kind = 0;

		while (ticket >= operations[kind].weight)
			ticket -= operations[kind++].weight;
		__atomic_fetch_add(&tallies[kind].tried, 1, __ATOMIC_RELAXED);
		if (operations[kind].run())
			__atomic_fetch_add(&tallies[kind].done, 1, __ATOMIC_RELAXED);
	}
	_exit(0);
}

/* All workers begin with these, and so with the same open files. */
static void open_shared_files(void)
{
	for (int i = 0; i < FILES; i++) {
		char path[64];

		snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s",
			 names[i % (NAMES - 1)]);
		files[i] = open(path, (i % 2 ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC);
	}
}

static void check_tallies(void)
{
	unsigned long all = 0;
	bool each = true;

	printf("# mutate: seed %llu; done/tried:", mutate_seed);
	for (int i = 0; i < OPERATIONS; i++) {
		printf(" %s %lu/%lu,", operations[i].name, tallies[i].done, tallies[i].tried);
		all += tallies[i].tried;
		each = each && tallies[i].tried > 0;
	}
	printf(" in all %lu\n", all);
	check(each && all == mutate_operations / WORKERS * WORKERS, "mutate: all were tried");
}

void mutate(void)
{
	int ends[2], passed = 0, weights = 0;
	pid_t child[WORKERS];

	for (int i = 0; i < OPERATIONS; i++)
		weights += (int)operations[i].weight;
	must(weights == WEIGHTS, "the weights' sum");
	listener("127.0.0.1", 80);
	bytes = mmap(NULL, MOST + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bad = mmap(NULL, 2 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(bytes != MAP_FAILED && bad != MAP_FAILED, "mmap");
	must(mprotect(bad + 4096, 4096, PROT_NONE) == 0, "mprotect");
	tallies = share(OPERATIONS * sizeof(*tallies));
	first_namespace = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	/* One pair for all: whoever is first gets it. */
	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends) == 0, "socketpair");
	open_shared_files();
	fflush(stdout);
	for (int i = 0; i < WORKERS; i++) {
		over = ends[i % 2];
		child[i] = fork();
		must(child[i] >= 0, "fork");
		if (child[i] == 0)
			work(i);
	}
	for (int i = 0; i < WORKERS; i++)
		passed += child_passed(child[i]);
	check(passed == WORKERS, "mutate: every call ended as it may");
	check_tallies();
	check_verdict("127.0.0.1:1 127.0.0.1:81", "RST", "-", "-");
}
