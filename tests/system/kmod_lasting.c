// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_lasting.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static uint64_t cookie_of(int fd)
{
	uint64_t value;
	socklen_t size = sizeof(value);

	must(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &value, &size) == 0, "SO_COOKIE");
	return value;
}

static void add(struct crowd *crowd, int fd, enum role role)
{
	struct lasting *one = &crowd->all[crowd->count++];
	socklen_t size = sizeof(one->local), size2 = sizeof(one->remote);
	struct stat st;

	*one = (struct lasting){.cookie = cookie_of(fd), .role = role};
	must(fstat(fd, &st) == 0, "fstat");
	one->inode = st.st_ino;
	must(getsockname(fd, &one->local.any, &size) == 0, "getsockname");
	if (role == CONNECTED)
		must(getpeername(fd, &one->remote.any, &size2) == 0, "getpeername");
}

static void add_connection(struct crowd *crowd, int server, const char *ip)
{
	int fd = tcp_socket(address(ip, 0).any.sa_family), other;

	must(connect_to(fd, ip, CROWD_PORT) == 0, "connect");
	other = accept(server, NULL, NULL);
	must(other >= 0, "accept");
	add(crowd, fd, CONNECTED);
	add(crowd, other, CONNECTED);
}

static int cookie_order(const void *a, const void *b)
{
	const struct lasting *one = a, *two = b;

	return (one->cookie > two->cookie) - (one->cookie < two->cookie);
}

static int inode_order(const void *a, const void *b)
{
	const struct lasting *const *one = a, *const *two = b;

	return ((*one)->inode > (*two)->inode) - ((*one)->inode < (*two)->inode);
}

struct crowd crowd_make(int count, int servers[2])
{
	static const char *const ips[] = {"127.0.0.1", "::1"};
	enum { FIRST_LISTENING = 1000, FIRST_BOUND = 10000, TEN = 10 };
	struct crowd crowd = {0};

	/* A round adds ten, and the servers are two more. */
	crowd.all = calloc((size_t)count + TEN + 2, sizeof(*crowd.all));
	must(crowd.all != NULL, "calloc");
	for (int i = 0; i < 2; i++) {
		servers[i] = listener(ips[i], CROWD_PORT);
		add(&crowd, servers[i], LISTENING);
	}
	for (int round = 0; crowd.count < count; round++) {
		for (int i = 0; i < 4; i++)
			add_connection(&crowd, servers[i % 2], ips[i % 2]);
		add(&crowd, listener(ips[round % 2], FIRST_LISTENING + round), LISTENING);
		add(&crowd, bound_socket(ips[round % 2], FIRST_BOUND + round), BOUND_ONLY);
	}
	crowd.by_inode = calloc((size_t)crowd.count, sizeof(*crowd.by_inode));
	must(crowd.by_inode != NULL, "calloc");
	qsort(crowd.all, (size_t)crowd.count, sizeof(*crowd.all), cookie_order);
	for (int i = 0; i < crowd.count; i++)
		crowd.by_inode[i] = &crowd.all[i];
	qsort(crowd.by_inode, (size_t)crowd.count, sizeof(struct lasting *), inode_order);
	return crowd;
}

void crowd_see_cookie(struct crowd *crowd, uint64_t cookie)
{
	const struct lasting key = {.cookie = cookie};
	struct lasting *one = bsearch(&key, crowd->all, (size_t)crowd->count, sizeof(key),
				      cookie_order);

	if (one)
		one->seen++;
}

void crowd_see_inode(struct crowd *crowd, uint64_t inode)
{
	const struct lasting key = {.inode = inode}, *pointer = &key;
	struct lasting **one = bsearch(&pointer, crowd->by_inode, (size_t)crowd->count,
				       sizeof(pointer), inode_order);

	if (one)
		(*one)->seen++;
}

void crowd_compare(struct crowd *crowd, unsigned int roles, unsigned int others_allowed,
		   struct differences *differences)
{
	for (int i = 0; i < crowd->count; i++) {
		struct lasting *one = &crowd->all[i];

		if (roles & 1u << one->role) {
			differences->missed += !one->seen;
			differences->repeated += one->seen > 1;
		} else if (!(others_allowed & 1u << one->role)) {
			differences->wrong += one->seen != 0;
		}
		one->seen = 0;
	}
}
