/* SPDX-License-Identifier: MIT */
/*
 * Sockets for kmod_poke, without error codes: what cannot be made ends the
 * program with TAP's "Bail out!", for nothing could be learnt from going on.
 */
#ifndef KMOD_SOCKETS_H
#define KMOD_SOCKETS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

/* Both families through one struct; the length is that of the family. */
union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Unless done, says what and errno, and exits. */
void must(bool done, const char *what);

union address address(const char *text, int port);
socklen_t length(const union address *a);

int tcp_socket(int family);				/* with SO_REUSEADDR */
int bound_socket(const char *text, int port);
int listener(const char *text, int port);		/* listen(fd, 16) */
int connect_to(int fd, const char *text, int port);	/* connect()'s result */
void set(int fd, int level, int option, int value);	/* setsockopt() */
void nonblocking(int fd);
void enter_new_namespace(void);		/* a network namespace whose lo is up */

/* In decimal, in a buffer that the next call overwrites. */
const char *cookie(int fd);
const char *inode(int fd);

#endif
