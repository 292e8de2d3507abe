// SPDX-License-Identifier: MIT
/*
 * How many connections a second one client and one server open and close over
 * the loopback: connections SECONDS. Prints the number. For trace.sh.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void must(int done)
{
	if (!done) {
		perror("connections");
		exit(1);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(8000),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct linger reset = {.l_onoff = 1};	/* no TIME-WAIT: ports come back */
	int server = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	double begin, end, seconds = argc > 1 ? atof(argv[1]) : 2;
	unsigned long count = 0;

	must(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0);
	must(bind(server, (const struct sockaddr *)&to, sizeof(to)) == 0 && listen(server, 64) == 0);
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			close(accept(server, NULL, NULL));
	}
	begin = now();
	do {
		int client = socket(AF_INET, SOCK_STREAM, 0);

		must(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) == 0);
		must(connect(client, (const struct sockaddr *)&to, sizeof(to)) == 0);
		close(client);
		count++;
		end = now();
	} while (end - begin < seconds);
	printf("%.0f\n", (double)count / (end - begin));
	return 0;
}
