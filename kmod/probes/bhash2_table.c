// SPDX-License-Identifier: GPL-2.0-only
/* The second bind table, by port and address; since 6.1. */
#include <net/inet_hashtables.h>

struct inet_bind_hashbucket *probe(struct inet_hashinfo *hashinfo);
struct inet_bind_hashbucket *probe(struct inet_hashinfo *hashinfo)
{
	return hashinfo->bhash2;
}
