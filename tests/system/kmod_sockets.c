// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

void must(bool done, const char *what)
{
	if (done)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	fflush(stdout);
	exit(1);
}

union address address(const char *text, int port)
{
	union address a = {0};

	if (strchr(text, ':')) {
		a.v6.sin6_family = AF_INET6;
		a.v6.sin6_port = htons((uint16_t)port);
		must(inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1, text);
	} else {
		a.v4.sin_family = AF_INET;
		a.v4.sin_port = htons((uint16_t)port);
		must(inet_pton(AF_INET, text, &a.v4.sin_addr) == 1, text);
	}
	return a;
}

socklen_t length(const union address *a)
{
	return a->any.sa_family == AF_INET6 ? sizeof(a->v6) : sizeof(a->v4);
}

void set(int fd, int level, int option, int value)
{
	must(setsockopt(fd, level, option, &value, sizeof(value)) == 0, "setsockopt");
}

int tcp_socket(int family)
{
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must(fd >= 0, "socket");
	set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	return fd;
}

int bound_socket(const char *text, int port)
{
	union address a = address(text, port);
	int fd = tcp_socket(a.any.sa_family);

	must(bind(fd, &a.any, length(&a)) == 0, "bind");
	return fd;
}

int listener(const char *text, int port)
{
	int fd = bound_socket(text, port);

	must(listen(fd, 16) == 0, "listen");
	return fd;
}

int connect_to(int fd, const char *text, int port)
{
	union address a = address(text, port);

	return connect(fd, &a.any, length(&a));
}

const char *cookie(int fd)
{
	static char text[24];
	uint64_t value;
	socklen_t size = sizeof(value);

	must(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &value, &size) == 0, "SO_COOKIE");
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	return text;
}

const char *inode(int fd)
{
	static char text[24];
	struct stat st;

	must(fstat(fd, &st) == 0, "fstat");
	snprintf(text, sizeof(text), "%llu", (unsigned long long)st.st_ino);
	return text;
}

void nonblocking(int fd)
{
	must(fcntl(fd, F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
}

void enter_new_namespace(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	must(unshare(CLONE_NEWNET) == 0, "unshare");
	fd = tcp_socket(AF_INET);
	must(ioctl(fd, SIOCSIFFLAGS, &lo) == 0, "lo up");
	close(fd);
}
