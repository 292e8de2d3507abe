// SPDX-License-Identifier: GPL-2.0-only
/* A port's sockets are linked to its bhash2 buckets; before 6.8 to tb->owners. */
#include <net/inet_hashtables.h>

struct inet_bind2_bucket *probe(struct inet_bind_bucket *tb);
struct inet_bind2_bucket *probe(struct inet_bind_bucket *tb)
{
	return hlist_entry_safe(tb->bhash2.first, struct inet_bind2_bucket, bhash_node);
}
