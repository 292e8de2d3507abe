// SPDX-License-Identifier: MIT
/*
 * What one 4-tuple costs the view "lookup", and one row the view "bound", beside
 * COUNT connections to one port: lookups COUNT. For lookup.sh.
 *
 * Prints, in ns: a tuple that a listener takes, a tuple that nobody takes (the
 * listener is closed, its connections stay), and a row of "bound".
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 8000, TUPLES = 200, ROUNDS = 15 };

static void must(int done, const char *what)
{
	if (!done) {
		perror(what);
		exit(1);
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double ns_per_tuple(void)
{
	static char text[TUPLES * 48];
	int fd = open("/proc/net/tcp_lookup/lookup", O_RDWR);
	size_t size = 0;
	double begin;

	must(fd >= 0, "lookup");
	for (int i = 0; i < TUPLES; i++)
		size += (size_t)sprintf(text + size, "127.0.0.1:%d 127.0.0.1:%d\n", i + 1, PORT);
	begin = now();
	must(write(fd, text, size) == (ssize_t)size, "write");
	begin = now() - begin;
	close(fd);
	return begin / TUPLES;
}

static double ns_per_row(void)
{
	static char text[1 << 20];
	int fd = open("/proc/net/tcp_lookup/bound", O_RDONLY);
	double begin = now();
	unsigned long rows = 0;
	ssize_t got;

	must(fd >= 0, "bound");
	while ((got = read(fd, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < got; i++)
			rows += text[i] == '\n';
	must(got == 0 && rows > 1, "read");
	close(fd);
	return (now() - begin) / (double)rows;
}

/* The best of some rounds: a shared machine only ever makes it slower. */
static double best(double (*measured)(void))
{
	double least = measured();

	for (int i = 1; i < ROUNDS; i++) {
		const double ns = measured();

		if (ns < least)
			least = ns;
	}
	return least;
}

int main(int argc, char **argv)
{
	const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct rlimit files = {.rlim_cur = 200000, .rlim_max = 200000};
	int server = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	int count = argc > 1 ? atoi(argv[1]) : 1;
	double hit, miss, row;

	must(setrlimit(RLIMIT_NOFILE, &files) == 0, "setrlimit");
	must(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0, "setsockopt");
	must(bind(server, (const struct sockaddr *)&to, sizeof(to)) == 0, "bind");
	must(listen(server, 64) == 0, "listen");
	for (int i = 0; i < count; i++) {
		int client = socket(AF_INET, SOCK_STREAM, 0);

		must(connect(client, (const struct sockaddr *)&to, sizeof(to)) == 0, "connect");
		must(accept(server, NULL, NULL) >= 0, "accept");
	}
	hit = best(ns_per_tuple);
	row = best(ns_per_row);
	close(server);
	miss = best(ns_per_tuple);
	printf("%d %.0f %.0f %.0f\n", count, hit, miss, row);
	return 0;
}
