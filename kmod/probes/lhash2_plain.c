// SPDX-License-Identifier: GPL-2.0-only
/* lhash2 holds struct inet_connection_sock on a plain list; until 5.19. */
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>

struct inet_connection_sock *probe(struct inet_listen_hashbucket *head);
struct inet_connection_sock *probe(struct inet_listen_hashbucket *head)
{
	return hlist_entry_safe(head->head.first, struct inet_connection_sock,
				icsk_listen_portaddr_node);
}
