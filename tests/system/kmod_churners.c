// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_churners.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "kmod_child.h"
#include "kmod_lasting.h"
#include "kmod_sockets.h"

static volatile unsigned long *rounds;	/* of this child */
static int number;			/* of this child among its kind */
static int crowd_server;

/* Its close() sends RST: no TIME-WAIT, and the port is free at once. */
static void reset_on_close(int fd)
{
	const struct linger reset = {.l_onoff = 1};

	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0, "SO_LINGER");
}

/* The server's port must not be an ephemeral one: the other listener might be given it. */
static void connections_from_one_port(void)
{
	int server_port = CHURN_SERVER_PORT + number, server = listener("127.0.0.1", server_port);

	for (;; ++*rounds) {
		int client = bound_socket("127.0.0.1", CHURN_CLIENT_PORT + number), accepted;
		int other = listener("127.0.0.1", 0);

		reset_on_close(client);
		must(connect_to(client, "127.0.0.1", server_port) == 0, "connect");
		accepted = accept(server, NULL, NULL);
		must(accepted >= 0, "accept");
		close(client);
		close(accepted);
		close(other);
	}
}

/* Closes neighbours one after another: so a dump of that port loses its place. */
static void crowd_that_goes(void)
{
	enum { CROWD = 60 };
	int client[CROWD], accepted[CROWD];

	for (;; ++*rounds) {
		for (int i = 0; i < CROWD; i++) {
			client[i] = tcp_socket(AF_INET);
			reset_on_close(client[i]);
			must(connect_to(client[i], "127.0.0.1", CROWD_PORT) == 0, "connect");
			accepted[i] = accept(crowd_server, NULL, NULL);
			must(accepted[i] >= 0, "accept");
		}
		for (int i = 0; i < CROWD; i++) {
			close(client[i]);
			close(accepted[i]);
		}
	}
}

/* The server closes first and keeps TIME-WAIT, which the next SYN of that port replaces. */
static void time_waits(void)
{
	enum { PORT = 8010, FIRST = 22000, PORTS = 64 };
	int server = listener("127.0.0.1", PORT);

	for (;; ++*rounds) {
		int client = bound_socket("127.0.0.1", FIRST + (int)(*rounds % PORTS)), accepted;

		must(connect_to(client, "127.0.0.1", PORT) == 0, "connect");
		accepted = accept(server, NULL, NULL);
		must(accepted >= 0, "accept");
		close(accepted);
		must(read(client, &(char){0}, 1) == 0, "read the FIN");
		close(client);
	}
}

/* With TCP_DEFER_ACCEPT a request socket stays until there are data, or RST. */
static void requests(void)
{
	enum { PORT = 8011, CLIENTS = 8 };
	int server = listener("127.0.0.1", PORT), client[CLIENTS];

	set(server, IPPROTO_TCP, TCP_DEFER_ACCEPT, 30);
	for (;; ++*rounds) {
		for (int i = 0; i < CLIENTS; i++) {
			client[i] = tcp_socket(AF_INET);
			reset_on_close(client[i]);
			must(connect_to(client[i], "127.0.0.1", PORT) == 0, "connect");
		}
		for (int i = 0; i < CLIENTS; i++)
			close(client[i]);
	}
}

static void bound_ones(void)
{
	enum { FIRST = 23000, PORTS = 4 };

	for (;; ++*rounds) {
		int fd[PORTS];

		for (int i = 0; i < PORTS; i++)
			fd[i] = bound_socket(*rounds % 2 ? "::1" : "127.0.0.1", FIRST + i);
		for (int i = 0; i < PORTS; i++)
			close(fd[i]);
	}
}

static void wait_for_all(const struct churners *churners)
{
	enum { TRIES = 6000, PAUSE_MS = 10 };

	for (int i = 0, tries = 0; i < CHURNERS; i++)
		for (; !churners->rounds[i]; poll(NULL, 0, PAUSE_MS))
			must(tries++ < TRIES, "churn: a child does not begin");
}

struct churners churners_start(int server)
{
	static void (*const kinds[CHURNERS])(void) = {
		connections_from_one_port, connections_from_one_port, crowd_that_goes, time_waits,
		requests, bound_ones,
	};
	struct churners churners = {.rounds = share(CHURNERS * sizeof(*churners.rounds))};

	crowd_server = server;
	for (number = 0; number < CHURNERS; number++) {
		rounds = &churners.rounds[number];
		churners.child[number] = start_child(kinds[number]);
	}
	wait_for_all(&churners);
	return churners;
}

void churners_stop(struct churners *churners)
{
	printf("# rounds of churn:");
	for (int i = 0; i < CHURNERS; i++) {
		stop_child(churners->child[i]);
		printf(" %lu", churners->rounds[i]);
	}
	printf("\n");
}
