// SPDX-License-Identifier: MIT
/*
 * What one 4-tuple costs the view "lookup", and its peers, beside COUNT connections to
 * one port: lookups COUNT. For lookup.sh and module.sh.
 *
 * Prints two lines of ns a tuple: one that a listener takes, and one that nobody takes
 * (the listener is closed, its connections stay). A line: COUNT, "listener" or "nobody",
 * then the view, each answer read: in batches of 1000 with all steps, and with verdicts
 * alone; one tuple a write in both ways; an exact request to sock_diag; and the
 * kernel's own lookup in a loop. Each is the best of some rounds: a shared machine only
 * ever makes it slower.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tables.h"

enum { PORT = 8000, TUPLES = 1000, ROUNDS = 15 };

static int lookup, diag;

/* The word that asks for verdicts alone, then the tuples, made before the clock runs. */
static char text[16 + TUPLES * 48];
static char *tuples;
static size_t all_size, first_size, word_size;

static void write_text(void)
{
	char *at = text + sprintf(text, "verdicts\n");

	tuples = at;
	word_size = (size_t)(at - text);
	for (int i = 0; i < TUPLES; i++) {
		at += sprintf(at, "127.0.0.1:%d 127.0.0.1:%d\n", i + 1, PORT);
		if (i == 0)
			first_size = (size_t)(at - tuples);
	}
	all_size = (size_t)(at - tuples);
}

/* Writes a batch, and reads its answer. */
static void ask(const char *from, size_t size)
{
	static char answers[1 << 16];

	must(write(lookup, from, size) == (ssize_t)size, "write");
	while (read(lookup, answers, sizeof(answers)) > 0)
		;
}

static void verdicts(void)
{
	ask(text, word_size + all_size);
}

static void batch(void)
{
	ask(tuples, all_size);
}

static void alone(void)
{
	for (int i = 0; i < TUPLES; i++)
		ask(tuples, first_size);
}

static void verdicts_alone(void)
{
	for (int i = 0; i < TUPLES; i++)
		ask(text, word_size + first_size);
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
	return least / TUPLES * 1e9;
}

static void print(int count, const char *taken_by)
{
	printf("%d %s %.0f %.0f %.0f %.0f %.0f %.0f\n", count, taken_by, best(batch),
	       best(verdicts), best(alone), best(verdicts_alone), best(exact_requests),
	       kernels_own());
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int server = socket(AF_INET, SOCK_STREAM, 0);
	int count = argc > 1 ? atoi(argv[1]) : 1;

	lookup = open("/proc/net/tcp_lookup/lookup", O_RDWR);
	diag = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	must(lookup >= 0 && diag >= 0, "lookup, sock_diag");
	write_text();
	must(bind(server, (const struct sockaddr *)&to, sizeof(to)) == 0, "bind");
	must(listen(server, 64) == 0, "listen");
	fill_table((unsigned int)count);
	print(count, "listener");
	close(server);
	print(count, "nobody");
	return 0;
}
