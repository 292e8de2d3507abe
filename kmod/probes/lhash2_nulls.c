// SPDX-License-Identifier: GPL-2.0-only
/* lhash2 holds struct sock on a nulls list; before 5.19 struct inet_connection_sock. */
#include <net/inet_hashtables.h>

struct sock *probe(struct inet_listen_hashbucket *head);
struct sock *probe(struct inet_listen_hashbucket *head)
{
	return sk_nulls_head(&head->nulls_head);
}
