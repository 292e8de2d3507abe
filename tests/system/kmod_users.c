// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_users.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_child.h"
#include "kmod_sockets.h"
#include "kmod_trace.h"
#include "tcp_lookup/contract.h"

volatile struct uses *uses;

static const char *const view_names[] = {
	TCP_LOOKUP_VIEW_INFO, TCP_LOOKUP_VIEW_LISTENERS, TCP_LOOKUP_VIEW_BOUND,
	TCP_LOOKUP_VIEW_EHASH,
};
enum { VIEWS = sizeof(view_names) / sizeof(view_names[0]) };

void users_begin(void)
{
	uses = share(sizeof(*uses));
}

/* -1: the module is not loaded now. */
static int open_view(const char *name, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/thread-self/net/tcp_lookup/%s", name);
	return open(path, flags | O_CLOEXEC);
}

void make_connections(void)
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
		uses->connected++;
	}
}

void make_namespaces(void)
{
	for (unsigned int i = 0;; i++) {
		pid_t child = fork();

		must(child >= 0, "fork");
		if (child == 0) {
			char text[300];

			enter_new_namespace();
			listener("127.0.0.1", 80);
			if (i % 4 == 0)		/* it keeps the module from being unloaded */
				open_view(TCP_LOOKUP_VIEW_TRACE, O_RDONLY | O_NONBLOCK);
			connect_to(tcp_socket(AF_INET), "127.0.0.1", 1);
			for (int view = 0; view < VIEWS; view++)
				uses->read += read(open_view(view_names[view], O_RDONLY), text,
						   sizeof(text)) > 0;
			_exit(0);	/* it has all of them open */
		}
		must(waitpid(child, NULL, 0) == child, "waitpid");
		uses->namespaces++;
	}
}

void read_trace_until_killed(void)
{
	int fd = open(TRACE, O_RDONLY);
	char text[4096];

	while (read(fd, text, sizeof(text)) > 0)
		;
}

void kill_readers_of_traces(void)
{
	for (;;) {
		pid_t child = start_child(read_trace_until_killed);

		poll(NULL, 0, 3);
		kill(child, SIGKILL);	/* or it has ended: there were enough readers */
		must(waitpid(child, NULL, 0) == child, "waitpid");
	}
}

void read_traces(void)
{
	enum { PIECES = 4 };

	for (;;) {
		int fd = open(TRACE, O_RDONLY | O_NONBLOCK);
		char text[4096];

		if (fd < 0)
			continue;
		for (int i = 0; i < PIECES && read(fd, text, sizeof(text)) > 0; i++)
			uses->read++;
		close(fd);
		poll(NULL, 0, 3);
	}
}

/* After proc_remove() an open file fails with EIO: read says that the module has gone. */
void read_views(void)
{
	int fd[VIEWS] = {-1, -1, -1, -1};
	char text[3000];

	for (unsigned int i = 0;; i++) {
		int *one = &fd[i % VIEWS];
		ssize_t got;

		if (*one < 0) {
			*one = open_view(view_names[i % VIEWS], O_RDONLY);
			continue;
		}
		got = read(*one, text, 1 + i % sizeof(text));
		uses->read += got > 0;
		if (got > 0 && i % 7)	/* so they are left open at different places */
			continue;
		must(got >= 0 || errno == EIO, "read a view");
		close(*one);
		*one = -1;
	}
}

void write_lookups(void)
{
	static const char good[] = "127.0.0.1:1 127.0.0.1:8000\n", bad[] = "127.0.0.1:1 ::1:1\n";
	static char text[TCP_LOOKUP_QUERIES_MAX * sizeof(good)];
	char answer[5000];
	int fd = -1;

	for (unsigned int i = 0;; i++) {
		unsigned int lines = 1 + i * 37 % 200;
		char *at = text;

		if (fd < 0 && (fd = open_view(TCP_LOOKUP_VIEW_LOOKUP, O_RDWR)) < 0)
			continue;
		for (unsigned int line = 0; line < lines; line++)
			at = stpcpy(at, i % 5 == 4 && line + 1 == lines ? bad : good);
		if (write(fd, text, (size_t)(at - text)) < 0)
			must(errno == EINVAL || errno == EIO, "write to lookup");
		else
			uses->asked++;
		if (read(fd, answer, sizeof(answer)) < 0 || i % 11 == 0) {
			close(fd);
			fd = -1;
		}
	}
}
