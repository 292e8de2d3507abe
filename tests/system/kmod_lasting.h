/* SPDX-License-Identifier: MIT */
/*
 * Sockets that last while others come and go, and how often each was in a dump: for
 * kmod_churn.c.
 */
#ifndef KMOD_LASTING_H
#define KMOD_LASTING_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "kmod_sockets.h"

enum role { CONNECTED, LISTENING, BOUND_ONLY, ROLES };

struct lasting {
	uint64_t cookie;
	uint64_t inode;
	enum role role;
	union address local, remote;	/* remote: of CONNECTED */
	unsigned int seen;		/* in the dump at hand */
};

/* All of them, sorted by cookie, and once more by inode. */
struct crowd {
	struct lasting *all;
	struct lasting **by_inode;
	int count;
};

/* Listens on the server's address that most connections of a crowd go to. */
enum { CROWD_PORT = 80 };

/*
 * Makes about so many, half of them IPv6: of ten, eight are ends of connections to
 * CROWD_PORT (whose two listeners are returned), one listens, one is only bound.
 */
struct crowd crowd_make(int count, int servers[2]);

/* Counts one row of a dump; what is not of the crowd is passed over. */
void crowd_see_cookie(struct crowd *crowd, uint64_t cookie);
void crowd_see_inode(struct crowd *crowd, uint64_t inode);

/* How the rows of dumps differ from "each of these once, and none of the others". */
struct differences {
	unsigned long missed, repeated, wrong;	/* wrong: of another role */
};

/* Adds those of one dump, which was to show the roles of a mask (1 << role), and forgets it. */
void crowd_compare(struct crowd *crowd, unsigned int roles, unsigned int others_allowed,
		   struct differences *differences);

#endif
