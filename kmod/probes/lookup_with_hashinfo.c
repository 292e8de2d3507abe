// SPDX-License-Identifier: GPL-2.0-only
/* The lookups have the table as an argument; until 6.12 or so. */
#include <net/inet_hashtables.h>

struct sock *probe(struct net *net);
struct sock *probe(struct net *net)
{
	return __inet_lookup_established(net, net->ipv4.tcp_death_row.hashinfo,
					 0, 0, 0, (u16)0, 0, 0);
}
