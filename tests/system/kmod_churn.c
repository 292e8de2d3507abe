// SPDX-License-Identifier: MIT
#include "kmod_churn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_sockets.h"
#include "kmod_view.h"

/*
 * Opens and closes connections, from one port, and listeners until it is killed.
 * The port must not be an ephemeral one: such a listener might be given it.
 */
static void churn_forever(int client_port, int server_port)
{
	const struct linger reset = {.l_onoff = 1};	/* no TIME-WAIT: the port is needed again */
	int server = listener("127.0.0.1", server_port);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int client = bound_socket("127.0.0.1", client_port), other = listener("127.0.0.1", 0);

		must(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0, "linger");
		must(connect_to(client, "127.0.0.1", server_port) == 0, "connect");
		close(client);
		close(accept(server, NULL, NULL));
		close(other);
	}
}

/*
 * Opens a crowd of connections to the server's port and closes them, neighbours one
 * after another, until it is killed: so a dump of that port loses its place.
 */
static void crowd_forever(int server, int port)
{
	enum { CROWD = 60 };
	const struct linger reset = {.l_onoff = 1};
	int client[CROWD], accepted[CROWD];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		for (int i = 0; i < CROWD; i++) {
			client[i] = tcp_socket(AF_INET);
			must(setsockopt(client[i], SOL_SOCKET, SO_LINGER, &reset,
					sizeof(reset)) == 0, "linger");
			must(connect_to(client[i], "127.0.0.1", port) == 0, "connect");
			accepted[i] = accept(server, NULL, NULL);
			must(accepted[i] >= 0, "accept");
		}
		for (int i = 0; i < CROWD; i++) {
			close(client[i]);
			close(accepted[i]);
		}
	}
}

/* How many of the cookies are not in the view exactly once. */
static int not_once(const char *name, size_t piece, char (*cookies)[24], int count)
{
	char path[64];
	int fd, wrong = 0;
	struct view view;

	snprintf(path, sizeof(path), "/proc/net/tcp_lookup/%s", name);
	fd = open(path, O_RDONLY);
	must(fd >= 0, path);
	view = view_from_fd(fd, piece);
	for (int i = 0; i < count; i++) {
		const struct line *row = find_row(&view, NULL, "cookie", cookies[i], NULL);

		wrong += !row || find_row(&view, row, "cookie", cookies[i], NULL);
	}
	view_free(&view);
	close(fd);
	return wrong;
}

void churn(void)
{
	/* More than the module copies under one hold of a lock (kmod/walk.h). */
	enum { LASTING = 150, DUMPS = 30 };
	int server = listener("127.0.0.1", 80), wrong = 0, disagreed = 0;
	char connected[LASTING][24], accepted[LASTING][24], listening[1][24];
	pid_t child[3];

	strcpy(listening[0], cookie(server));
	for (int i = 0; i < LASTING; i++) {
		int fd = tcp_socket(AF_INET), other;

		must(connect_to(fd, "127.0.0.1", 80) == 0, "connect");
		other = accept(server, NULL, NULL);
		must(other >= 0, "accept");
		strcpy(connected[i], cookie(fd));
		strcpy(accepted[i], cookie(other));
	}
	for (int i = 0; i < 2; i++)
		if ((child[i] = fork()) == 0)
			churn_forever(21000 + i, 8000 + i);
	if ((child[2] = fork()) == 0)
		crowd_forever(server, 80);
	check(appears("listeners", "local_port", "8000", "device", "-"), "churn: begun");

	for (int dump = 0; dump < DUMPS; dump++) {
		size_t piece = dump % 2 ? 100 : 65536;

		wrong += not_once("ehash", piece, connected, LASTING);
		/* All of these are in one bucket: they share the server's port. */
		wrong += not_once("bound", piece, accepted, LASTING);
		wrong += not_once("listeners", piece, listening, 1);
		disagreed += !step_is("127.0.0.1:21000 127.0.0.1:8000", "verdict", "hit", "agrees",
				      "yes");
	}
	for (int i = 0; i < 3; i++) {
		kill(child[i], SIGKILL);
		must(waitpid(child[i], NULL, 0) == child[i], "waitpid");
	}
	check(wrong == 0, "churn: each lasting socket exactly once in every dump");
	check(disagreed == 0, "churn: walk and kernel agree on a 4-tuple that comes and goes");
}
