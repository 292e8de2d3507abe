// SPDX-License-Identifier: GPL-2.0-only
/* A namespace may have an established hash of its own; since 6.1. */
#include <net/inet_hashtables.h>

bool probe(struct inet_hashinfo *hashinfo);
bool probe(struct inet_hashinfo *hashinfo)
{
	return hashinfo->pernet;
}
