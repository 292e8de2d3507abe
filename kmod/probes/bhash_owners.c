// SPDX-License-Identifier: GPL-2.0-only
/* A port's sockets are linked to its bhash bucket; until 6.8. */
#include <net/inet_hashtables.h>

struct hlist_node *probe(struct inet_bind_bucket *tb);
struct hlist_node *probe(struct inet_bind_bucket *tb)
{
	return tb->owners.first;
}
