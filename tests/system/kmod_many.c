// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_many.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_sockets.h"
#include "kmod_view.h"
#include "tcp_lookup/contract.h"

/* A listener has answered the question; a crowd is looked at in part. */
void many_on_one_port(void)
{
	enum { CROWD = 200 };	/* more than TL_WALK_MAX of kmod/walk.h */
	const char *tuple = "127.0.0.1:1 127.0.0.1:80";
	int server = listener("127.0.0.1", 80), late, shown = 0;
	struct view bound;

	for (int i = 0; i < CROWD; i++) {
		must(connect_to(tcp_socket(AF_INET), "127.0.0.1", 80) == 0, "connect");
		must(accept(server, NULL, NULL) >= 0, "accept");
	}
	check(step_is(tuple, "bind", "skipped", "walked", "0"),
	      "bind: not asked where a listener was found");
	close(server);
	check_verdict(tuple, "RST", "-", "-");
	check(step_is(tuple, "bind", "cut", "walked", "128"),
	      "bind: ends after 128 connections, and says so");
	check(step_is(tuple, "bind", "cut", "state", "ESTABLISHED"), "bind: cut, a connection");
	bound = view_read(TCP_LOOKUP_VIEW_BOUND);
	for (const struct line *row = NULL;
	     (row = find_row(&bound, row, "local_port", "80", "role", "connected", NULL));)
		shown++;
	view_free(&bound);
	check(shown == CROWD, "bound: all connections on the port, each once");

	late = bound_socket("0.0.0.0", 80);
	check(step_is(tuple, "bind", "hit", "cookie", cookie(late)),
	      "bind: finds the socket without listen() beside the crowd, on the wildcard");
	close(late);
	late = bound_socket("127.0.0.1", 80);
	check(step_is(tuple, "bind", "hit", "cookie", cookie(late)),
	      "bind: finds the socket without listen() beside the crowd, on the address");
}

/* One row a tuple, of the same socket as with all steps. */
void verdicts_alone(void)
{
	int server = listener("127.0.0.1", 80), server6 = listener("::1", 80);
	int client = bound_socket("127.0.0.1", 40000), fd = open(LOOKUP, O_RDWR);
	struct view view;

	must(connect_to(client, "127.0.0.1", 80) == 0, "connect");
	view = ask("# nothing but\n verdicts \n127.0.0.1:1 127.0.0.1:80\n\n[::1]:1 [::1]:80\n"
		   "127.0.0.1:1 127.0.0.1:81\n127.0.0.1:80 127.0.0.1:40000 dev lo");
	check(view.count == 4 && view.header.words == 4, "verdicts: one row a tuple");
	check(find_row(&view, NULL, "query", "1", "verdict", "CONN-REQUEST", "state", "LISTEN",
		       "cookie", cookie(server), NULL), "verdicts: a listener");
	check(find_row(&view, NULL, "query", "2", "verdict", "CONN-REQUEST", "state", "LISTEN",
		       "cookie", cookie(server6), NULL), "verdicts: a listener, IPv6");
	check(find_row(&view, NULL, "query", "3", "verdict", "RST", "state", "-", "cookie", "-",
		       NULL), "verdicts: nobody");
	check(find_row(&view, NULL, "query", "4", "verdict", "CHALLENGE-ACK", "state",
		       "ESTABLISHED", "cookie", cookie(client), NULL), "verdicts: a connection");
	view_free(&view);

	must(write(fd, "verdicts", 8) == 8, "write");
	view = view_from_fd(fd, 64);
	check(view.count == 0 && view.header.words == 4, "verdicts: of no tuple");
	view_free(&view);
	must(write(fd, "127.0.0.1:1 127.0.0.1:80", 24) == 24, "write");
	view = view_from_fd(fd, 64);
	check(view.count == 5, "the next write is answered with all steps again");
	view_free(&view);
	check(write(fd, "1.1.1.1:1 1.1.1.1:1\nverdicts\n", 29) == -1 && errno == EINVAL,
	      "verdicts: only as the first line");
	check(write(fd, "verdicts\n1.1.1.1:1 1.1.1.1\n", 27) == -1 && errno == EINVAL,
	      "verdicts: a tuple that cannot be understood refuses the write");
	view = view_from_fd(fd, 64);
	check(find_row(&view, NULL, "line", "2", "column", "18", NULL), "verdicts: and says where");
	view_free(&view);
}

static bool bind_is(const struct view *view, const char *query, const char *result,
		    const char *socket_cookie)
{
	return find_row(view, NULL, "query", query, "step", "bind", "result", result, "cookie",
			socket_cookie, NULL);
}

/* Within a write a port's sockets are walked once, if it is the same address. */
void binds_in_a_batch(void)
{
	int fd = bound_socket("127.0.0.1", 8888), other = bound_socket("127.0.0.1", 8904);
	int fd6 = bound_socket("::1", 8888);
	struct view view = ask("127.0.0.1:1 127.0.0.1:8888\n127.0.0.1:2 127.0.0.1:8888\n"
			       "127.0.0.1:1 127.0.0.2:8888\n127.0.0.1:1 127.0.0.1:8904\n"
			       "127.0.0.1:3 127.0.0.1:8888\n[::1]:1 [::1]:8888\n[::1]:1 [::2]:8888");

	check(view.count == 35, "seven tuples");
	check(bind_is(&view, "1", "hit", cookie(fd)) && bind_is(&view, "2", "hit", cookie(fd)) &&
	      bind_is(&view, "5", "hit", cookie(fd)), "bind: one port, asked for three times");
	check(bind_is(&view, "3", "miss", "-"), "bind: that port on another address");
	check(bind_is(&view, "4", "hit", cookie(other)), "bind: another port");
	check(bind_is(&view, "6", "hit", cookie(fd6)) && bind_is(&view, "7", "miss", "-"),
	      "bind: that port, IPv6");
	view_free(&view);
	close(fd);
	check(step_is("127.0.0.1:1 127.0.0.1:8888", "bind", "miss", "cookie", "-"),
	      "bind: the next write walks them again");
}

/* Each address as RFC 5952 writes it. */
void addresses(void)
{
	static const char *const texts[] = {
		"0.0.0.0", "1.22.255.100", "::1", "1::", "2001:db8::", "2001:db8::1:0:0:1",
		"2001:0:0:1::1", "2001:db8:0:1:1:1:1:1", "fd00::1:0:2:0:30", "::1:0:0:0:2",
		"1234:5678:9abc:def0:fedc:ba98:7654:3210", "::ffff:1.22.255.100",
		"2001:db8::5efe:1.2.3.4", "0:1:2:3:4:5:6:7", "1:2:3:4:5:6:7:0",
	};
	struct view bound;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		union address each = address(texts[i], 7000 + (int)i);
		int fd = tcp_socket(each.any.sa_family);

		set(fd, IPPROTO_IP, IP_FREEBIND, 1);
		must(bind(fd, &each.any, length(&each)) == 0, texts[i]);
	}
	bound = view_read(TCP_LOOKUP_VIEW_BOUND);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char port[8];

		snprintf(port, sizeof(port), "%zu", 7000 + i);
		check(find_row(&bound, NULL, "local_port", port, "local_address", texts[i], NULL),
		      texts[i]);
	}
	view_free(&bound);
}

/*
 * Neighbours in one list that differ in one value: the module copies the beginning of a line from
 * the line before where they do not. An address of IPv6 makes v6only 1, but a mapped one.
 */
void rows_of_one_port(void)
{
	static const struct {
		const char *address, *reuseaddr, *reuseport, *v6only, *device, *state;
	} rows[] = {
		{"127.0.0.1", "1", "0", "-", "-", "CLOSED"}, {"127.0.0.2", "1", "0", "-", "-", "CLOSED"},
		{"127.0.0.2", "1", "0", "-", "-", "CLOSED"}, {"127.0.0.3", "0", "0", "-", "-", "CLOSED"},
		{"127.0.0.4", "0", "1", "-", "-", "CLOSED"}, {"127.0.0.4", "0", "1", "-", "-", "CLOSED"},
		{"127.0.0.4", "0", "1", "-", "-", "LISTEN"}, {"127.0.0.4", "0", "1", "-", "lo", "CLOSED"},
		{"127.0.0.4", "0", "1", "-", "-", "CLOSED"}, {"::1", "0", "1", "1", "-", "CLOSED"},
		{"::2", "0", "1", "1", "-", "CLOSED"},	     {"::2", "0", "1", "1", "-", "CLOSED"},
		{"::ffff:127.0.0.9", "0", "1", "0", "-", "CLOSED"},
	};
	enum { COUNT = sizeof(rows) / sizeof(rows[0]) };
	int fd[COUNT];
	struct view bound;

	for (int i = 0; i < COUNT; i++) {
		union address each = address(rows[i].address, 7100);

		fd[i] = tcp_socket(each.any.sa_family);
		set(fd[i], IPPROTO_IP, IP_FREEBIND, 1);
		set(fd[i], SOL_SOCKET, SO_REUSEADDR, *rows[i].reuseaddr == '1');
		set(fd[i], SOL_SOCKET, SO_REUSEPORT, *rows[i].reuseport == '1');
		if (each.any.sa_family == AF_INET6)
			set(fd[i], IPPROTO_IPV6, IPV6_V6ONLY, *rows[i].v6only == '1');
		if (*rows[i].device != '-')
			must(setsockopt(fd[i], SOL_SOCKET, SO_BINDTODEVICE, rows[i].device, 3) == 0,
			     "SO_BINDTODEVICE");
		must(bind(fd[i], &each.any, length(&each)) == 0, rows[i].address);
		if (*rows[i].state == 'L')
			must(listen(fd[i], 1) == 0, "listen");
	}
	bound = view_read(TCP_LOOKUP_VIEW_BOUND);
	for (int i = 0; i < COUNT; i++) {
		char what[40];

		snprintf(what, sizeof(what), "bound: row %d of a port", i);
		check(find_row(&bound, NULL, "cookie", cookie(fd[i]), "local_address",
			       rows[i].address, "local_port", "7100", "reuseaddr",
			       rows[i].reuseaddr, "reuseport", rows[i].reuseport, "v6only",
			       rows[i].v6only, "device", rows[i].device, "state", rows[i].state,
			       "inode", inode(fd[i]), NULL), what);
		close(fd[i]);
	}
	view_free(&bound);
}

static void on_alarm(int number)
{
	(void)number;
}

/* A handler without SA_RESTART ends the write, and nothing is answered. */
void interrupted(void)
{
	static char many[TCP_LOOKUP_QUERIES_MAX * 20 + 1];
	const struct sigaction action = {.sa_handler = on_alarm};
	const struct itimerval often = {{0, 300}, {0, 300}}, never = {{0, 0}, {0, 0}};
	int fd = open(LOOKUP, O_RDWR), error = 0;
	time_t end = time(NULL) + 20;
	struct view view;

	must(fd >= 0, LOOKUP);
	for (int i = 0; i < TCP_LOOKUP_QUERIES_MAX; i++)
		memcpy(many + (size_t)i * 20, "1.1.1.1:1 1.1.1.1:1\n", 20);
	must(sigaction(SIGALRM, &action, NULL) == 0, "sigaction");
	must(setitimer(ITIMER_REAL, &often, NULL) == 0, "setitimer");
	while (!error && time(NULL) < end)
		if (write(fd, many, strlen(many)) < 0)
			error = errno;
	must(setitimer(ITIMER_REAL, &never, NULL) == 0, "setitimer");
	check(error == EINTR, "a signal ends a long write: EINTR");
	view = view_from_fd(fd, 4096);
	check(view.count == 1 && find_row(&view, NULL, "error", "EINTR", "line", "-", NULL),
	      "after it the view says EINTR, and answers nothing");
	view_free(&view);
	must(write(fd, many, strlen(many)) == (ssize_t)strlen(many), "write");
	view = view_from_fd(fd, 65536);
	check(view.count == 5 * TCP_LOOKUP_QUERIES_MAX, "asked again, all is answered");
	view_free(&view);
}
