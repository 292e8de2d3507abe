// SPDX-License-Identifier: MIT
#include "tables.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 8000, LISTEN = 10 };

int table_family = AF_INET;

static char text[1 << 16];

void must(int done, const char *what)
{
	if (!done) {
		perror(what);
		exit(1);
	}
}

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static unsigned long lines_of(const char *path)
{
	int fd = open(path, O_RDONLY);
	unsigned long lines = 0;
	ssize_t got;

	must(fd >= 0, path);
	while ((got = read(fd, text, sizeof(text))) > 0)
		for (const char *at = text; (at = memchr(at, '\n', (size_t)(text + got - at))); at++)
			lines++;
	must(got == 0, path);
	close(fd);
	return lines - 1;	/* the header */
}

unsigned long proc_net_tcp(void)
{
	return lines_of(table_family == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6");
}

unsigned long ehash(void)
{
	return lines_of("/proc/net/tcp_lookup/ehash");
}

unsigned long bound(void)
{
	return lines_of("/proc/net/tcp_lookup/bound");
}

unsigned long sock_diag(void)
{
	const struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} ask = {
		.header = {.nlmsg_len = sizeof(ask), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.request = {.sdiag_family = (unsigned char)table_family, .sdiag_protocol = IPPROTO_TCP,
			    .idiag_states = ~(1U << LISTEN)},
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	unsigned long rows = 0;

	must(fd >= 0 && send(fd, &ask, sizeof(ask), 0) == sizeof(ask), "sock_diag");
	for (;;) {
		ssize_t got = recv(fd, text, sizeof(text), 0);
		struct nlmsghdr *each = (struct nlmsghdr *)text;

		must(got > 0, "recv");
		for (; NLMSG_OK(each, got); each = NLMSG_NEXT(each, got)) {
			if (each->nlmsg_type == NLMSG_DONE) {
				close(fd);
				return rows;
			}
			must(each->nlmsg_type == SOCK_DIAG_BY_FAMILY, "sock_diag");
			rows++;
		}
	}
}

static void connect_repaired(unsigned int number)
{
	const struct sockaddr_in local4 = {.sin_family = AF_INET, .sin_port = htons(PORT),
					   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const struct sockaddr_in remote4 = {
		.sin_family = AF_INET, .sin_port = htons(1024 + number % 60000),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + number / 60000)};
	const struct sockaddr_in6 local6 = {.sin6_family = AF_INET6, .sin6_port = htons(PORT),
					    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const struct sockaddr_in6 remote6 = {.sin6_family = AF_INET6,
					     .sin6_port = htons(1024 + number % 60000),
					     .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const void *local = table_family == AF_INET ? (const void *)&local4 : &local6;
	const void *remote = table_family == AF_INET ? (const void *)&remote4 : &remote6;
	socklen_t size = table_family == AF_INET ? sizeof(local4) : sizeof(local6);
	int fd = socket(table_family, SOCK_STREAM, 0), one = 1;

	must(fd >= 0, "socket");
	must(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &one, sizeof(one)) == 0, "TCP_REPAIR");
	must(bind(fd, local, size) == 0, "bind");
	must(connect(fd, remote, size) == 0, "connect");
}

void fill_table(unsigned int count)
{
	const struct rlimit files = {.rlim_cur = count + 100, .rlim_max = count + 100};

	must(setrlimit(RLIMIT_NOFILE, &files) == 0, "setrlimit");
	for (unsigned int i = 0; i < count; i++)
		connect_repaired(i);
}
