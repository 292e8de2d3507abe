// SPDX-License-Identifier: MIT
/*
 * What a reader of the tables costs those who open connections: disturb SOCKETS ROUNDS.
 * For disturb.sh; wants two CPUs.
 *
 * A client and a server connect over the loopback on one CPU, beside SOCKETS others in
 * the tables. On the other CPU runs, back to back: nothing but a loop in user space, so
 * that a shared machine is as busy; a dump of /proc/net/tcp, sock_diag, "ehash" or
 * "bound"; "lookup" in batches. In each round they take turns. Prints a line for each:
 * its name, connections a second, and the 99th percentile of connect() in us, medians
 * of the rounds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tables.h"

enum { PORT = 8001, MOST = 1 << 20, MOST_ROUNDS = 64, BATCH = 1000 };
static const double SECONDS = 1;

static unsigned long spin(void)
{
	for (volatile int i = 0; i < 1000000; i++)
		;
	return 0;
}

/* Where the listener of the connections is asked for. */
static unsigned long lookup(void)
{
	static char text[BATCH * 48], answer[1 << 16];
	static int fd = -1;
	size_t size = 0;

	if (fd < 0)
		fd = open("/proc/net/tcp_lookup/lookup", O_RDWR);
	for (int i = 0; i < BATCH; i++)
		size += (size_t)sprintf(text + size, "127.0.0.1:%d 127.0.0.1:%d\n", i + 1, PORT);
	must(write(fd, text, size) == (ssize_t)size, "lookup");
	while (read(fd, answer, sizeof(answer)) > 0)
		;
	return BATCH;
}

static const struct {
	const char *name;
	unsigned long (*once)(void);
} readers[] = {
	{"spin", spin}, {"/proc/net/tcp", proc_net_tcp}, {"sock_diag", sock_diag},
	{"ehash", ehash}, {"bound", bound}, {"lookup", lookup},
};
enum { READERS = sizeof(readers) / sizeof(readers[0]) };

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(sched_setaffinity(0, sizeof(set), &set) == 0, "sched_setaffinity");
}

static void serve(int server)
{
	if (fork())
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		close(accept(server, NULL, NULL));
}

static pid_t read_back_to_back(int reader)
{
	const pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	stay_on(1);
	for (;;)
		readers[reader].once();
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* For SECONDS; connections a second, and the 99th percentile of connect(). */
static void measure(double *rate, double *p99)
{
	const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct linger reset = {.l_onoff = 1};	/* no TIME-WAIT: ports come back */
	static double took[MOST];
	double begin = now(), before, after;
	int count = 0;

	do {
		int client = socket(AF_INET, SOCK_STREAM, 0);

		must(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0,
		     "SO_LINGER");
		before = now();
		must(connect(client, (const struct sockaddr *)&to, sizeof(to)) == 0, "connect");
		after = now();
		took[count++] = after - before;
		close(client);
	} while (after - begin < SECONDS && count < MOST);
	*rate = count / (after - begin);
	qsort(took, (size_t)count, sizeof(took[0]), by_value);
	*p99 = took[count * 99 / 100] * 1e6;
}

int main(int argc, char **argv)
{
	static double rates[READERS][MOST_ROUNDS], p99s[READERS][MOST_ROUNDS];
	const struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(PORT),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const unsigned int count = argc > 1 ? (unsigned int)atoi(argv[1]) : 20000;
	const int rounds = argc > 2 ? atoi(argv[2]) : 5;
	int server = socket(AF_INET, SOCK_STREAM, 0);

	must(bind(server, (const struct sockaddr *)&at, sizeof(at)) == 0 &&
	     listen(server, 64) == 0, "listen");
	fill_table(count);
	stay_on(0);
	serve(server);
	for (int round = 0; round < rounds && round < MOST_ROUNDS; round++) {
		for (int i = 0; i < READERS; i++) {
			const pid_t reader = read_back_to_back(i);

			measure(&rates[i][round], &p99s[i][round]);
			kill(reader, SIGKILL);
			waitpid(reader, NULL, 0);
		}
	}
	for (int i = 0; i < READERS; i++) {
		qsort(rates[i], (size_t)rounds, sizeof(double), by_value);
		qsort(p99s[i], (size_t)rounds, sizeof(double), by_value);
		printf("%s %.0f %.0f\n", readers[i].name, rates[i][rounds / 2],
		       p99s[i][rounds / 2]);
	}
	return 0;
}
