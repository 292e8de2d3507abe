// SPDX-License-Identifier: GPL-2.0-only
/* The lookups take the table from the namespace; before, it was an argument. */
#include <net/inet_hashtables.h>

struct sock *probe(const struct net *net);
struct sock *probe(const struct net *net)
{
	return __inet_lookup_established(net, 0, 0, 0, (u16)0, 0, 0);
}
