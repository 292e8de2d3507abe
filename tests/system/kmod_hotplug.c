// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_hotplug.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_child.h"
#include "kmod_sockets.h"
#include "kmod_trace.h"
#include "kmod_users.h"

#define SECOND_CPU "/sys/devices/system/cpu/cpu1/online"

int hotplug_times = 1;

static bool put_second_cpu(bool online)
{
	int fd = open(SECOND_CPU, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, online ? "1" : "0", 1) == 1;

	if (fd >= 0)
		close(fd);
	return done;
}

/* Until so many connections more have been made; what they cause is read on the way. */
static void let_them_work(int trace, int file)
{
	enum { CONNECTIONS = 20 };
	unsigned long until = uses->connected + CONNECTIONS;

	while (uses->connected < until)
		trace_take(trace, file, 65536);
}

void hotplug(void)
{
	static void (*const users[])(void) = {
		make_connections, kill_readers_of_traces, read_views, write_lookups,
	};
	enum { USERS = sizeof(users) / sizeof(users[0]) };
	int trace, file = memfd_create("trace", MFD_CLOEXEC), done = 0;
	struct trace_tally tally;
	pid_t child[USERS];

	if (access(SECOND_CPU, W_OK) != 0) {
		printf("# not observed: hotplug, for there is no %s\n", SECOND_CPU);
		return;
	}
	trace = trace_open(O_NONBLOCK);
	must(file >= 0, "memfd_create");
	users_begin();
	for (int i = 0; i < USERS; i++)
		child[i] = start_child(users[i]);
	for (int i = 0; i < hotplug_times; i++) {
		done += put_second_cpu(false);
		let_them_work(trace, file);
		done += put_second_cpu(true);
		let_them_work(trace, file);
	}
	for (int i = 0; i < USERS; i++)
		stop_child(child[i]);
	while (trace_take(trace, file, 65536))
		;
	close(trace);
	tally = trace_tally_of(file);
	close(file);
	check(done == 2 * hotplug_times, "hotplug: a CPU goes and comes");
	check(tally.read > 0 && tally.read + tally.lost == tally.produced,
	      "hotplug: trace: read + lost = produced");
	check(uses->read > 0 && uses->asked > 0, "hotplug: views and lookups were used meanwhile");
}
