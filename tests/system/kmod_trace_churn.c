// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_child.h"
#include "kmod_sockets.h"
#include "kmod_trace.h"
#include "kmod_users.h"

int trace_churn_seconds = 2;

bool trace_take(int trace, int file, size_t piece)
{
	static char text[65536];
	ssize_t got;

	must(piece <= sizeof(text), "piece");
	got = read(trace, text, piece);
	must(got > 0 || errno == EAGAIN, "read");
	must(got <= 0 || write(file, text, (size_t)got) == got, "write");
	return got > 0;
}

struct trace_tally trace_tally_of(int file)
{
	struct trace_tally tally = {0};
	struct view view;

	must(lseek(file, 0, SEEK_SET) == 0, "lseek");
	view = view_from_fd(file, 65536);
	for (const struct line *row = view.rows; row < view.rows + view.count; row++) {
		unsigned long long number = strtoull(cell(&view, row, "number"), NULL, 10);

		if (!strcmp(cell(&view, row, "event"), "lost"))
			tally.lost += strtoull(cell(&view, row, "outcome"), NULL, 10);
		else
			tally.read++;
		if (number > tally.produced)
			tally.produced = number;
	}
	view_free(&view);
	printf("# trace: %llu read, %llu lost, %llu produced\n", tally.read, tally.lost,
	       tally.produced);
	return tally;
}

/* What was read of a trace, whose reader was to be too slow. */
static void check_that_nothing_is_missing(int file, const char *reader)
{
	struct trace_tally tally = trace_tally_of(file);
	char what[100];

	snprintf(what, sizeof(what), "trace: churn: %s is told what it has lost", reader);
	check(tally.lost > 0, what);
	snprintf(what, sizeof(what), "trace: churn: %s: read + lost = produced", reader);
	check(tally.read > 0 && tally.read + tally.lost == tally.produced, what);
}

void trace_churn(void)
{
	enum { MORE_THAN_A_RING = 1000 };	/* of connections, each of some 40 events */
	int slow = trace_open(O_NONBLOCK), slow_file = memfd_create("slow", MFD_CLOEXEC);
	int unread = trace_open(O_NONBLOCK), unread_file = memfd_create("unread", MFD_CLOEXEC);
	pid_t child[3];
	time_t end;

	must(slow_file >= 0 && unread_file >= 0, "memfd_create");
	users_begin();
	child[0] = start_child(make_connections);
	child[1] = start_child(kill_readers_of_traces);
	child[2] = start_child(make_namespaces);
	/* Less than a row at a time, and a pause: too slow for what happens. */
	end = time(NULL) + trace_churn_seconds;
	while (time(NULL) < end || uses->connected < MORE_THAN_A_RING) {
		trace_take(slow, slow_file, 200);
		poll(NULL, 0, 5);
	}
	for (int i = 0; i < 3; i++)
		stop_child(child[i]);
	while (trace_take(slow, slow_file, 65536))
		;
	while (trace_take(unread, unread_file, 65536))
		;
	check_that_nothing_is_missing(slow_file, "a slow reader");
	check_that_nothing_is_missing(unread_file, "one that has not read before");
	check(uses->namespaces > 0, "trace: churn: namespaces have come and gone");
	close(slow);
	close(unread);
}
