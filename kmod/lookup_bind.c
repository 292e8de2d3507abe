// SPDX-License-Identifier: GPL-2.0-only
/*
 * The receive path never asks the bind table. We do, since it tells apart the
 * two reasons for "connection refused": nobody has this port, and somebody has
 * it but did not call listen().
 */
#include <net/ip.h>
#include <net/ipv6.h>

#include "compat.h"
#include "lookup.h"
#include "tcp_lookup/contract.h"

struct search {
	struct net *net;
	const struct tl_tuple *tuple;
	u32 walked;
	unsigned int best;	/* rank(); 0: none yet */
	struct sock *found;
};

static bool is_wildcard(const struct sock *sk)
{
	return sk->sk_family == AF_INET6 ? ipv6_addr_any(&sk->sk_v6_rcv_saddr) :
					   !sk->sk_rcv_saddr;
}

static bool is_destination(const struct sock *sk, const struct tl_tuple *tuple)
{
	if (tuple->family == AF_INET6)
		return ipv6_addr_equal(&sk->sk_v6_rcv_saddr, &tuple->destination.v6);
	return sk->sk_rcv_saddr == tuple->destination.v4;
}

/* Could segments of this family reach it, were it listening? */
static bool speaks(const struct sock *sk, u16 family)
{
	return family == AF_INET6 ? sk->sk_family == AF_INET6 : !ipv6_only_sock(sk);
}

/*
 * Which of several sockets answers best for the port: before all, one on the
 * device in question; then one that is not a connection, for a server shares
 * its port with all of those; then one on the exact address; then a listener.
 * 0: it does not hold this address and port at all.
 */
static unsigned int rank(const struct search *search, const struct sock *sk)
{
	const struct tl_tuple *tuple = search->tuple;
	unsigned char state = READ_ONCE(sk->sk_state);
	bool exact = is_destination(sk, tuple);

	if (!speaks(sk, tuple->family) || !(exact || is_wildcard(sk)))
		return 0;
	return 1 + (inet_sk_bound_dev_eq(search->net, READ_ONCE(sk->sk_bound_dev_if),
					 tuple->dif, tuple->sdif) ? 8 : 0) +
	       (state == TCP_CLOSE || state == TCP_LISTEN ? 4 : 0) +
	       (exact ? 2 : 0) +
	       (state == TCP_LISTEN ? 1 : 0);
}

/* struct sock_common is all that may be touched: sk may be in TIME-WAIT. */
static void consider(struct sock *sk, void *arg)
{
	struct search *search = arg;
	unsigned int rank_of_sk = rank(search, sk);

	search->walked++;
	if (rank_of_sk > search->best) {
		search->best = rank_of_sk;
		search->found = sk;
	}
}

void tl_lookup_bind(struct net *net, const struct tl_tuple *tuple, struct tl_step *step)
{
	struct inet_hashinfo *hashinfo = tl_hashinfo(net);
	struct search search = { .net = net, .tuple = tuple };
	struct inet_bind_hashbucket *head;
	struct inet_bind_bucket *tb;

	step->bucket = inet_bhashfn(net, tuple->destination_port, hashinfo->bhash_size);
	head = &hashinfo->bhash[step->bucket];
	spin_lock_bh(&head->lock);
	inet_bind_bucket_for_each(tb, &head->chain)
		if (net_eq(ib_net(tb), net) && tb->port == tuple->destination_port)
			tl_bind_bucket_visit(tb, consider, &search);
	if (search.found)
		tl_row_fill(&step->row, search.found);
	spin_unlock_bh(&head->lock);

	step->reached = true;
	step->walked = search.walked;
	step->found = search.found;
	step->result = search.found ? TCP_LOOKUP_HIT : TCP_LOOKUP_MISS;
}
