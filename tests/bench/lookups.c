// SPDX-License-Identifier: MIT
/*
 * What one 4-tuple costs the view "lookup", and its peers, beside COUNT connections to
 * one port: lookups COUNT. For lookup.sh.
 *
 * Prints two lines of ns a tuple: one that a listener takes, and one that nobody takes
 * (the listener is closed, its connections stay). A line: COUNT, "listener" or "nobody",
 * then the view in batches of 1000 (the write; the write and the read of the answer),
 * alone (both), an exact request to sock_diag (both), and the kernel's own lookup in a
 * loop. Each is the best of some rounds: a shared machine only ever makes it slower.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 8000, TUPLES = 1000, ROUNDS = 15 };

static int lookup, diag;

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

/* The tuples as text, made before the clock runs, and the size of the first of them. */
static char text[TUPLES * 48];
static size_t text_size, first_size;

static void write_text(void)
{
	for (int i = 0; i < TUPLES; i++) {
		text_size += (size_t)sprintf(text + text_size, "127.0.0.1:%d 127.0.0.1:%d\n",
					     i + 1, PORT);
		if (i == 0)
			first_size = text_size;
	}
}

/* Writes so much of the text in one batch, and reads the answer if it is wanted. */
static void ask(size_t size, int answer)
{
	static char answers[1 << 16];

	must(write(lookup, text, size) == (ssize_t)size, "write");
	while (answer && read(lookup, answers, sizeof(answers)) > 0)
		;
}

static void batch(void)
{
	ask(text_size, 0);
}

static void batch_and_answer(void)
{
	ask(text_size, 1);
}

static void alone_and_answer(void)
{
	for (int i = 0; i < TUPLES; i++)
		ask(first_size, 1);
}

/* As "ss" asks for one socket; -1: of any cookie. */
static void exact_requests(void)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} exact = {
		.header = {.nlmsg_len = sizeof(exact), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			   .nlmsg_flags = NLM_F_REQUEST},
		.request = {.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP,
			    .idiag_states = ~0U,
			    .id = {.idiag_sport = htons(PORT),
				   .idiag_src = {htonl(INADDR_LOOPBACK)},
				   .idiag_dst = {htonl(INADDR_LOOPBACK)},
				   .idiag_cookie = {~0U, ~0U}}},
	};
	char answer[8192];

	for (int i = 0; i < TUPLES; i++) {
		exact.request.id.idiag_dport = htons((uint16_t)(i + 1));
		must(send(diag, &exact, sizeof(exact), 0) == sizeof(exact), "sock_diag");
		must(recv(diag, answer, sizeof(answer), 0) > 0, "sock_diag");
	}
}

/* 0: lookup.sh has not built it. */
static double kernels_own(void)
{
	int module = open("/kernel_lookup.ko", O_RDONLY | O_CLOEXEC);
	FILE *file;
	unsigned int ns;

	if (module < 0)
		return 0;
	must(syscall(SYS_finit_module, module, "", 0) == 0, "kernel_lookup.ko");
	close(module);
	file = fopen("/sys/module/kernel_lookup/parameters/ns", "r");
	must(file && fscanf(file, "%u", &ns) == 1, "ns");
	fclose(file);
	must(syscall(SYS_delete_module, "kernel_lookup", 0) == 0, "kernel_lookup");
	return ns;
}

static double best(void (*measured)(void))
{
	double least = 1e18;

	for (int i = 0; i < ROUNDS; i++) {
		const double begin = now();

		measured();
		if (now() - begin < least)
			least = now() - begin;
	}
	return least / TUPLES;
}

static void print(int count, const char *taken_by)
{
	printf("%d %s %.0f %.0f %.0f %.0f %.0f\n", count, taken_by, best(batch),
	       best(batch_and_answer), best(alone_and_answer), best(exact_requests),
	       kernels_own());
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct rlimit files = {.rlim_cur = 200000, .rlim_max = 200000};
	int server = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	int count = argc > 1 ? atoi(argv[1]) : 1;

	lookup = open("/proc/net/tcp_lookup/lookup", O_RDWR);
	diag = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	must(lookup >= 0 && diag >= 0, "lookup, sock_diag");
	write_text();
	must(setrlimit(RLIMIT_NOFILE, &files) == 0, "setrlimit");
	must(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) == 0, "setsockopt");
	must(bind(server, (const struct sockaddr *)&to, sizeof(to)) == 0, "bind");
	must(listen(server, 64) == 0, "listen");
	for (int i = 0; i < count; i++) {
		int client = socket(AF_INET, SOCK_STREAM, 0);

		must(connect(client, (const struct sockaddr *)&to, sizeof(to)) == 0, "connect");
		must(accept(server, NULL, NULL) >= 0, "accept");
	}
	print(count, "listener");
	close(server);
	print(count, "nobody");
	return 0;
}
