// SPDX-License-Identifier: MIT
/* The parts of kmod_rights.h about what a view shows, and to whom it was handed. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_child.h"
#include "kmod_handover.h"
#include "kmod_lasting.h"
#include "kmod_rights.h"
#include "kmod_sockets.h"
#include "kmod_trace.h"
#include "tcp_lookup/contract.h"

static const char *const tables[] = {
	TCP_LOOKUP_VIEW_LISTENERS, TCP_LOOKUP_VIEW_BOUND, TCP_LOOKUP_VIEW_EHASH,
};
enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

/* On three ports: a connection, the listener that it goes to, a socket that is only bound. */
static void make_marks(int first)
{
	listener("127.0.0.1", first + 1);
	bound_socket("127.0.0.1", first + 2);
	must(connect_to(bound_socket("127.0.0.1", first), "127.0.0.1", first + 1) == 0, "connect");
}

static int rows_with_port(const struct view *view, int first)
{
	static const char *const columns[] = {
		"local_port", "remote_port", "source_port", "destination_port",
	};
	int count = 0;

	for (int i = 0; i < view->count; i++)
		for (size_t column = 0; column < sizeof(columns) / sizeof(columns[0]); column++) {
			const char *is = cell(view, &view->rows[i], columns[column]);
			int port = is ? atoi(is) : 0;

			count += port >= first && port <= first + 2;
		}
	return count;
}

static void say(bool held, const char *name, const char *what)
{
	char text[200];

	snprintf(text, sizeof(text), "%s: %s", name, what);
	check(held, text);
}

/* Of two namespaces that are busy at the same time, each view shows one. */
void no_foreign_sockets(void)
{
	enum { OURS = 4710, OTHERS = 4720 };
	int trace = trace_open(O_NONBLOCK), other_trace, ready[2], go[2];
	struct view view;
	pid_t child;

	must(pipe(ready) == 0 && pipe(go) == 0, "pipe");
	make_marks(OURS);
	child = fork();
	if (child == 0) {
		enter_new_namespace();
		other_trace = trace_open(O_NONBLOCK);
		make_marks(OTHERS);
		must(write(ready[1], "r", 1) == 1, "write");
		for (int i = 0; i < TABLES; i++) {
			view = view_read(tables[i]);
			say(rows_with_port(&view, OURS) == 0 && rows_with_port(&view, OTHERS) > 0,
			    tables[i], "shows its own namespace's sockets alone");
		}
		view = trace_now(other_trace);
		say(rows_with_port(&view, OURS) == 0 && rows_with_port(&view, OTHERS) > 0,
		    TCP_LOOKUP_VIEW_TRACE, "shows its own namespace's segments alone");
		check_verdict("127.0.0.1:1 127.0.0.1:4711", "RST", "-", "-");
		check(step_is("127.0.0.1:1 127.0.0.1:4712", "bind", "miss", "cookie", "-"),
		      "lookup: finds no bound socket of another namespace");
		check(step_is("127.0.0.1:4711 127.0.0.1:4710", "ehash", "miss", "cookie", "-"),
		      "lookup: finds no connection of another namespace");
		must(read(go[0], &(char){0}, 1) == 1, "read");
		exit(0);
	}
	must(read(ready[0], &(char){0}, 1) == 1, "read");
	for (int i = 0; i < TABLES; i++) {
		view = view_read(tables[i]);
		say(rows_with_port(&view, OTHERS) == 0 && rows_with_port(&view, OURS) > 0,
		    tables[i], "shows none of a younger namespace's sockets");
	}
	view = trace_now(trace);
	say(rows_with_port(&view, OTHERS) == 0 && rows_with_port(&view, OURS) > 0,
	    TCP_LOOKUP_VIEW_TRACE, "shows none of a younger namespace's segments");
	must(write(go[1], "g", 1) == 1, "write");
	check(child_passed(child), "the other namespace has been looked at");
}

/* --- handed over -------------------------------------------------------------------- */

/* What it shows, whoever reads it. */
static bool shows(int fd, int first)
{
	struct view view = view_from_fd(fd, 4096);
	bool there = rows_with_port(&view, first) > 0;

	view_free(&view);
	return there;
}

static void receive_all(int over, const char *who, int ours, int own)
{
	static const char question[] = "127.0.0.1:1 127.0.0.1:4711";
	struct view view;
	char what[160];
	int fd;

	for (int i = 0; i < TABLES; i++) {
		fd = receive_file(over);
		must(fd >= 0, "receive_file");
		snprintf(what, sizeof(what), "handed to %s: shows the namespace where it was opened",
			 who);
		say(shows(fd, ours) && lseek(fd, 0, SEEK_SET) == 0 && !shows(fd, own), tables[i],
		    what);
		close(fd);
	}
	fd = receive_file(over);
	must(fd >= 0, "receive_file");
	snprintf(what, sizeof(what), "handed to %s: is asked about the namespace where it was opened",
		 who);
	must(write(fd, question, sizeof(question) - 1) == sizeof(question) - 1, "write");
	view = view_from_fd(fd, 4096);
	say(find_row(&view, NULL, "step", "verdict", "verdict", "CONN-REQUEST", NULL) != NULL,
	    TCP_LOOKUP_VIEW_LOOKUP, what);
	close(fd);
	fd = receive_file(over);
	must(fd >= 0, "receive_file");
	snprintf(what, sizeof(what), "handed to %s: shows segments of that namespace", who);
	say(shows(fd, ours) && !shows(fd, own), TCP_LOOKUP_VIEW_TRACE, what);
	close(fd);
}

static void send_all(int over, int ours)
{
	int fd;

	for (int i = 0; i < TABLES; i++) {
		char path[96];

		snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s", tables[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		must(fd >= 0, path);
		must(send_file(over, fd) == 0, "send_file");
		close(fd);
	}
	fd = open(LOOKUP, O_RDWR | O_CLOEXEC);
	must(fd >= 0, LOOKUP);
	must(send_file(over, fd) == 0, "send_file");
	close(fd);
	fd = trace_open(O_NONBLOCK);
	/* Events, now that the trace is open. */
	connect_to(tcp_socket(AF_INET), "127.0.0.1", ours);
	must(send_file(over, fd) == 0, "send_file");
	close(fd);
}

void rights_handed_over(void)
{
	enum { OURS = 4710, OWN = 4720 };
	static const struct { const char *who; int namespaces; bool nobody; } receivers[] = {
		{"root", 0, false},
		{"another user", 0, true},
		{"another namespace", CLONE_NEWNET, false},
		{"a user namespace's root", CLONE_NEWUSER | CLONE_NEWNET, true},
	};

	make_marks(OURS);
	for (size_t i = 0; i < sizeof(receivers) / sizeof(receivers[0]); i++) {
		int over[2];
		pid_t child;

		must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, over) == 0, "socketpair");
		fflush(stdout);
		child = fork();
		if (child == 0) {
			if (receivers[i].nobody)
				must(setgid(65534) == 0 && setuid(65534) == 0, "setuid");
			if (receivers[i].namespaces) {
				must(unshare(receivers[i].namespaces) == 0, "unshare");
				listener("0.0.0.0", OWN);
			}
			receive_all(over[1], receivers[i].who, OURS, OWN);
			exit(0);
		}
		send_all(over[0], OURS);
		check(child_passed(child), receivers[i].who);
		close(over[0]);
		close(over[1]);
	}
}

/* --- addresses ------------------------------------------------------------------------- */

/*
 * The upper half of the address space is the kernel's: numbers of 16 hexadecimal digits that
 * begin with ffff, or of 20 decimal ones.
 */
static int addresses_in(const char *text)
{
	static const unsigned long long kernels = 0xffff800000000000ULL;
	int count = 0;

	while (*text) {
		char *end;
		size_t digits = strspn(text, "0123456789abcdefABCDEF");

		if (!digits) {
			text++;
			continue;
		}
		errno = 0;
		if (digits >= 16 && strtoull(text, &end, 16) >= kernels && !errno)
			count++;
		errno = 0;
		if (strspn(text, "0123456789") == 20 && strtoull(text, &end, 10) >= kernels && !errno)
			count++;
		text += digits;
	}
	return count;
}

static int addresses_in_fd(int fd, unsigned long *read_so_far)
{
	static char text[4 << 20];
	size_t used = 0;
	ssize_t got;

	must(fd >= 0, "open");
	while ((got = read(fd, text + used, sizeof(text) - 1 - used)) > 0)
		used += (size_t)got;
	must(got == 0 || errno == EAGAIN, "read");
	text[used] = '\0';
	*read_so_far += used;
	close(fd);
	return addresses_in(text);
}

void no_addresses(void)
{
	static const char *const all[] = {
		TCP_LOOKUP_VIEW_INFO, TCP_LOOKUP_VIEW_LISTENERS, TCP_LOOKUP_VIEW_BOUND,
		TCP_LOOKUP_VIEW_EHASH,
	};
	static const char question[] = "127.0.0.1:1 127.0.0.1:80\n[::1]:1 [::1]:80\n"
				       "127.0.0.1:1 127.0.0.1:10000\n127.0.0.1:1 127.0.0.1:1\n";
	int trace = trace_open(O_NONBLOCK), servers[2], count = 0, fd;
	unsigned long size = 0;

	check(addresses_in("at ffff888012345678, 18446612682070000000, 1234567890123456") == 2,
	      "a kernel's address would be noticed");
	crowd_make(100, servers);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char path[96];

		snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s", all[i]);
		count += addresses_in_fd(open(path, O_RDONLY), &size);
	}
	fd = open(LOOKUP, O_RDWR);
	must(write(fd, question, sizeof(question) - 1) == sizeof(question) - 1, "write");
	count += addresses_in_fd(fd, &size);
	fd = open(LOOKUP, O_RDWR);
	must(write(fd, "nonsense", 8) == -1, "a question that is refused");
	count += addresses_in_fd(fd, &size);
	count += addresses_in_fd(trace, &size);
	printf("# %lu bytes looked through\n", size);
	check(size > 10000 && count == 0, "no view shows an address of the kernel");
}
