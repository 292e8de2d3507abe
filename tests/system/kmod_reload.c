// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_child.h"
#include "kmod_sockets.h"
#include "kmod_trace.h"
#include "kmod_users.h"

int trace_unload_times = 5;

/* Unloads and loads so many times, while children use what goes and comes. */
static bool reload_while_segments_fly(int times)
{
	static void (*const users[])(void) = {
		make_connections, read_traces, read_views, write_lookups, make_namespaces,
	};
	enum { USERS = sizeof(users) / sizeof(users[0]) };
	int unloaded = 0, loaded = 0, tries = 0;
	/* A reload waits for every CPU some dozen times. */
	time_t end = time(NULL) + 60 + 10 * times;
	pid_t child[USERS];

	for (int i = 0; i < USERS; i++)
		child[i] = start_child(users[i]);
	for (int i = 0; i < times; i++) {
		while (unload_module() != 0) {
			must(errno == EAGAIN || errno == EWOULDBLOCK, "delete_module");
			must(time(NULL) < end, "delete_module: the module is always in use");
			tries++;
			sched_yield();
		}
		unloaded++;
		loaded += load_module() == 0;
	}
	for (int i = 0; i < USERS; i++)
		stop_child(child[i]);
	printf("# %d attempts found it in use; so far %lu connections, %lu namespaces, %lu reads, "
	       "%lu questions\n", tries, uses->connected, uses->namespaces, uses->read, uses->asked);
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

	users_begin();
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

	check(unload_module() == -1 && errno == EAGAIN, "trace: while it is open, the module stays");
	close(trace);
	run("trace: unload", unload_while_segments_fly);
}
