// SPDX-License-Identifier: GPL-2.0-only
/*
 * The receive path never uses the bind tables. They are searched here if nothing else
 * was found, to distinguish the two reasons for "connection refused": no socket has this
 * port, or one has it but has not called listen().
 */
#include <linux/bits.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "compat.h"
#include "compat_bind.h"
#include "lookup.h"
#include "tcp_lookup/contract.h"
#include "walk.h"

/*
 * How well a socket explains who holds the port, the highest number best: first, one
 * on the device in question; then one that is not a connection, since a server shares
 * its port with all of its connections; then one on the exact address; then a listener.
 */
#define BIND_RANK_HOLDS		BIT(0)	/* the address and port */
#define BIND_RANK_LISTENS	BIT(1)
#define BIND_RANK_EXACT		BIT(2)
#define BIND_RANK_UNCONNECTED	BIT(3)
#define BIND_RANK_DEVICE	BIT(4)

struct bind_search {
	struct net *net;
	const struct tl_tuple *tuple;
	u32 walked;
	bool cut;		/* there were more than TL_WALK_MAX */
	unsigned int best;	/* BIND_RANK_…; 0: none yet */
	struct sock *found;	/* the best, if it is in the locked bucket */
};

static bool bind_is_wildcard(const struct sock *sk)
{
	return sk->sk_family == AF_INET6 ? ipv6_addr_any(&sk->sk_v6_rcv_saddr) :
					   !sk->sk_rcv_saddr;
}

static bool bind_is_destination(const struct sock *sk, const struct tl_tuple *tuple)
{
	if (tuple->family == AF_INET6)
		return ipv6_addr_equal(&sk->sk_v6_rcv_saddr, &tuple->destination.v6);
	return sk->sk_rcv_saddr == tuple->destination.v4;
}

/* Could segments of this family reach it if it listened? */
static bool bind_has_family(const struct sock *sk, u16 family)
{
	return family == AF_INET6 ? sk->sk_family == AF_INET6 : !ipv6_only_sock(sk);
}

/* BIND_RANK_…; 0: it does not hold this address and port. */
static unsigned int bind_rank(const struct bind_search *search, const struct sock *sk)
{
	const struct tl_tuple *tuple = search->tuple;
	unsigned char state = READ_ONCE(sk->sk_state);
	bool exact = bind_is_destination(sk, tuple);
	unsigned int rank = BIND_RANK_HOLDS;

	if (!bind_has_family(sk, tuple->family) || !(exact || bind_is_wildcard(sk)))
		return 0;
	if (inet_sk_bound_dev_eq(search->net, READ_ONCE(sk->sk_bound_dev_if),
				 tuple->dif, tuple->sdif))
		rank |= BIND_RANK_DEVICE;
	if (state == TCP_CLOSE || state == TCP_LISTEN)
		rank |= BIND_RANK_UNCONNECTED;
	if (exact)
		rank |= BIND_RANK_EXACT;
	if (state == TCP_LISTEN)
		rank |= BIND_RANK_LISTENS;
	return rank;
}

/* struct sock_common is all that may be touched: sk may be in TIME-WAIT. */
static bool bind_consider(struct sock *sk, void *arg)
{
	struct bind_search *search = arg;
	unsigned int rank;

	if (search->walked == TL_WALK_MAX) {
		search->cut = true;
		return false;
	}
	search->walked++;
	rank = bind_rank(search, sk);
	if (rank > search->best) {
		search->best = rank;
		search->found = sk;
	}
	return true;
}

static noinline void bind_search_bucket(struct bind_search *search,
					struct inet_bind_hashbucket *head, struct tl_row *row)
{
	search->found = NULL;
	spin_lock_bh(&head->lock);
	tl_bind_port_visit(search->net, head, search->tuple->destination_port, bind_consider,
			   search);
	if (search->found)
		tl_row_fill(row, search->found);
	spin_unlock_bh(&head->lock);
}

static const struct tl_word *bind_result(const struct bind_search *search)
{
	/* The connections that were not visited do not matter. */
	if (search->best & BIND_RANK_UNCONNECTED)
		return TL_WORD_OF(TCP_LOOKUP_HIT);
	if (search->cut)
		return TL_WORD_OF(TCP_LOOKUP_CUT);
	return search->best ? TL_WORD_OF(TCP_LOOKUP_HIT) : TL_WORD_OF(TCP_LOOKUP_MISS);
}

static u32 bind_bucket(const struct net *net, const struct tl_tuple *tuple)
{
	return inet_bhashfn(net, tuple->destination_port, tl_hashinfo(net)->bhash_size);
}

static u32 bind_hash(const struct net *net, const struct tl_tuple *tuple,
		     const union tl_addr *addr)
{
	if (tuple->family == AF_INET6)
		return ipv6_portaddr_hash(net, &addr->v6, tuple->destination_port);
	return ipv4_portaddr_hash(net, addr->v4, tuple->destination_port);
}

void tl_lookup_bind(struct net *net, const struct tl_tuple *tuple, struct tl_step *step)
{
	static const union tl_addr wildcard;	/* 0.0.0.0 and :: */
	struct inet_bind_hashbucket *heads[TL_BIND_HEADS_MAX];
	struct bind_search search = { .net = net, .tuple = tuple };
	unsigned int i, count;

	step->reached = true;
	step->bucket = bind_bucket(net, tuple);
	count = tl_bind_heads(tl_hashinfo(net), step->bucket,
			      bind_hash(net, tuple, &wildcard),
			      bind_hash(net, tuple, &tuple->destination), heads);
	for (i = 0; i < count && !search.cut; i++)
		bind_search_bucket(&search, heads[i], &step->row);

	step->walked = search.walked;
	step->found = search.best;
	step->result = bind_result(&search);
}

void tl_lookup_bind_skip(struct net *net, const struct tl_tuple *tuple, struct tl_step *step)
{
	step->reached = true;
	step->bucket = bind_bucket(net, tuple);
	step->result = TL_WORD_OF(TCP_LOOKUP_SKIPPED);
}
