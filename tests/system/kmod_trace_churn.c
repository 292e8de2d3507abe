// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_sockets.h"
#include "kmod_trace.h"

int trace_churn_seconds = 2;

/* Runs forever in a child, until stop_child(). */
static pid_t start_child(void (*forever)(void))
{
	pid_t parent = getpid(), child = fork();

	must(child >= 0, "fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)	/* killed before we asked to be told */
			exit(0);
		forever();
	}
	return child;
}

static void stop_child(pid_t child)
{
	kill(child, SIGKILL);
	must(waitpid(child, NULL, 0) == child, "waitpid");
}

/* How many there have been; shared with the child that makes them. */
static volatile unsigned int *connected;

static void count_connections(void)
{
	connected = mmap(NULL, sizeof(*connected), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(connected != MAP_FAILED, "mmap");
}

/* Connections that are accepted and closed, and one that is refused, over and over. */
static void connections(void)
{
	int server = listener("127.0.0.1", 8000);
	struct pollfd waits = {.fd = server, .events = POLLIN};

	for (;;) {
		int client = tcp_socket(AF_INET), refused = tcp_socket(AF_INET);
		const struct linger reset = {.l_onoff = 1};

		must(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0, "linger");
		must(connect_to(client, "127.0.0.1", 8000) == 0, "connect");
		connect_to(refused, "127.0.0.1", 8001);
		close(client);
		close(refused);
		/* The RST may be there before the ACK has made a child: then there is none. */
		if (poll(&waits, 1, 100) == 1)
			close(accept(server, NULL, NULL));
		++*connected;
	}
}

/* Namespaces that are traced, have traffic, and end. */
static void namespaces_that_go(void)
{
	for (;;) {
		pid_t child = fork();

		if (child == 0) {
			enter_new_namespace();
			trace_open(O_NONBLOCK);
			connect_to(tcp_socket(AF_INET), "127.0.0.1", 1);
			exit(0);
		}
		waitpid(child, NULL, 0);
	}
}

static void read_forever(void)
{
	int fd = open(TRACE, O_RDONLY);
	char text[4096];

	while (read(fd, text, sizeof(text)) > 0)
		;
	exit(0);
}

/* Readers that are killed while they open, wait or read. */
static void readers_that_die(void)
{
	for (;;) {
		pid_t child = start_child(read_forever);

		poll(NULL, 0, 3);
		stop_child(child);
	}
}

/* Moves one piece of the trace to a file; false: there is nothing now. */
static bool take(int trace, int file, size_t piece)
{
	static char text[65536];
	ssize_t got = read(trace, text, piece);

	must(got > 0 || errno == EAGAIN, "read");
	must(got <= 0 || write(file, text, (size_t)got) == got, "write");
	return got > 0;
}

static void check_that_nothing_is_missing(int file)
{
	unsigned long long read = 0, lost = 0, produced = 0;
	struct view view;

	must(lseek(file, 0, SEEK_SET) == 0, "lseek");
	view = view_from_fd(file, 65536);
	for (const struct line *row = view.rows; row < view.rows + view.count; row++) {
		unsigned long long number = strtoull(cell(&view, row, "number"), NULL, 10);

		if (!strcmp(cell(&view, row, "event"), "lost"))
			lost += strtoull(cell(&view, row, "outcome"), NULL, 10);
		else
			read++;
		if (number > produced)
			produced = number;
	}
	printf("# %llu read, %llu lost, %llu produced\n", read, lost, produced);
	check(lost > 0, "trace: churn: the reader was too slow, and is told so");
	check(read + lost == produced, "trace: churn: read + lost = produced");
	view_free(&view);
}

void trace_churn(void)
{
	enum { MORE_THAN_A_RING = 1000 };	/* of connections, each of some 40 events */
	int trace = trace_open(O_NONBLOCK), file = memfd_create("trace", MFD_CLOEXEC);
	pid_t child[3];
	time_t end;

	must(file >= 0, "memfd_create");
	count_connections();
	child[0] = start_child(connections);
	child[1] = start_child(readers_that_die);
	child[2] = start_child(namespaces_that_go);
	/* Less than a row at a time, and a pause: too slow for what happens. */
	end = time(NULL) + trace_churn_seconds;
	while (time(NULL) < end || *connected < MORE_THAN_A_RING) {
		take(trace, file, 200);
		poll(NULL, 0, 5);
	}
	for (int i = 0; i < 3; i++)
		stop_child(child[i]);
	while (take(trace, file, 65536))
		;
	check_that_nothing_is_missing(file);
	close(trace);
}

/* --- unloading ---------------------------------------------------------------- */

/* To read until there is nothing might never end, and so keep the module for ever. */
static void readers_that_come_and_go(void)
{
	enum { PIECES = 4 };

	for (;;) {
		int fd = open(TRACE, O_RDONLY | O_NONBLOCK);
		char text[4096];

		if (fd < 0)
			continue;
		for (int i = 0; i < PIECES && read(fd, text, sizeof(text)) > 0; i++)
			;
		close(fd);
		poll(NULL, 0, 1);
	}
}

static int load(void)
{
	struct utsname name;
	char path[256];
	int fd, result;

	uname(&name);
	snprintf(path, sizeof(path), "/lib/modules/%s/extra/tcp_lookup.ko", name.release);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(fd >= 0, path);
	result = (int)syscall(SYS_finit_module, fd, "", 0);
	close(fd);
	return result;
}

static int unload(void)
{
	return (int)syscall(SYS_delete_module, "tcp_lookup", O_NONBLOCK);
}

int trace_unload_times = 5;

/* Unloads and loads so many times, while two children use what goes and comes. */
static bool reload_while_segments_fly(int times)
{
	int unloaded = 0, loaded = 0, tries = 0;
	/* A reload waits for every CPU some dozen times. */
	time_t end = time(NULL) + 60 + 10 * times;
	pid_t child[2];

	child[0] = start_child(connections);
	child[1] = start_child(readers_that_come_and_go);

	for (int i = 0; i < times; i++) {
		while (unload() != 0) {
			must(errno == EAGAIN || errno == EWOULDBLOCK, "delete_module");
			must(time(NULL) < end, "delete_module: the module is always in use");
			tries++;
			sched_yield();
		}
		unloaded++;
		loaded += load() == 0;
	}
	for (int i = 0; i < 2; i++)
		stop_child(child[i]);
	printf("# %d attempts found it in use, %u connections\n", tries, *connected);
	return unloaded == times && loaded == times;
}

/* What the kernel has allocated for itself and does not give back when asked, in kB. */
static long kernel_memory(void)
{
	static const char * const parts[] = {"SUnreclaim:", "VmallocUsed:", "Percpu:"};
	FILE *file = fopen("/proc/meminfo", "r");
	char name[64];
	long value, sum = 0;

	must(file != NULL, "/proc/meminfo");
	while (fscanf(file, "%63s %ld%*[^\n]", name, &value) == 2)
		for (unsigned int i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			if (!strcmp(name, parts[i]))
				sum += value;
	fclose(file);
	return sum;
}

/* What is freed after a grace period is freed in a while. */
static long kernel_memory_below(long limit)
{
	enum { TRIES = 1000, PAUSE_MS = 10 };
	long now = kernel_memory();

	for (int i = 0; i < TRIES && now > limit; i++) {
		poll(NULL, 0, PAUSE_MS);
		now = kernel_memory();
	}
	return now;
}

/* A first part fills the allocators' caches; in the second a page for each reload is a leak. */
static void unload_while_segments_fly(void)
{
	enum { PAGE_KB = 4, NOISE_KB = 256 };
	int first = trace_unload_times / 4 + 1, second = trace_unload_times - first;
	long before, limit, after;
	bool all;

	count_connections();
	all = reload_while_segments_fly(first);
	before = kernel_memory();
	limit = before + NOISE_KB + (long)PAGE_KB * second;
	all = reload_while_segments_fly(second) && all;
	after = kernel_memory_below(limit);
	printf("# %d reloads; kernel memory %ld kB before, %ld kB after, %ld kB allowed\n", second,
	       before, after, limit);
	check(all, "trace: unloaded and loaded while segments fly");
	check(after <= limit, "trace: nothing leaks when it is unloaded");
}

void trace_unload(void)
{
	int trace = trace_open(O_NONBLOCK);

	check(unload() == -1 && errno == EAGAIN, "trace: while it is open, the module stays");
	close(trace);
	run("trace: unload", unload_while_segments_fly);
}
