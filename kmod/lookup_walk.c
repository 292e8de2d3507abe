// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables in which a SYN is looked up, walked by the module itself: ehash, then lhash2
 * by exact address, then lhash2 by the wildcard. Each step does what the named
 * function of net/ipv4/inet_hashtables.c (net/ipv6/inet6_hashtables.c) does,
 * but under the bucket's lock instead of RCU: the count of sockets walked is
 * then that of one moment.
 */
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock_reuseport.h>

#include "compat.h"
#include "lookup.h"
#include "tcp_lookup/contract.h"

static void walk_settle(struct tl_step *step, struct sock *found)
{
	step->reached = true;
	step->found = found;
	step->result = found ? TL_WORD_OF(TCP_LOOKUP_HIT) : TL_WORD_OF(TCP_LOOKUP_MISS);
	if (found)
		tl_row_fill(&step->row, found);
}

static bool walk_address_fits(const struct sock *sk, const struct tl_tuple *tuple,
			      const union tl_addr *addr)
{
	if (tuple->family == AF_INET6)
		return sk->sk_family == AF_INET6 &&
		       ipv6_addr_equal(&sk->sk_v6_rcv_saddr, &addr->v6);
	/* An IPv6 socket may carry IPv4, unless IPV6_V6ONLY is set. */
	return !ipv6_only_sock(sk) && sk->sk_rcv_saddr == addr->v4;
}

static bool walk_device_fits(struct net *net, const struct sock *sk, const struct tl_tuple *tuple)
{
	return inet_sk_bound_dev_eq(net, READ_ONCE(sk->sk_bound_dev_if), tuple->dif, tuple->sdif);
}

/* The hash of a connection, seen from the host at which the segment arrives. */
static u32 walk_ehashfn(const struct net *net, const struct tl_tuple *tuple,
			const union tl_addr *local)
{
	if (tuple->family == AF_INET6)
		return inet6_ehashfn(net, &local->v6, tuple->destination_port,
				     &tuple->source.v6, htons(tuple->source_port));
	return inet_ehashfn(net, local->v4, tuple->destination_port,
			    tuple->source.v4, htons(tuple->source_port));
}

/* inet_match(), inet6_match(), without comparing the device. */
static bool walk_connection_fits(const struct net *net, const struct sock *sk,
				 const struct tl_tuple *tuple)
{
	if (!net_eq(sock_net(sk), net) || sk->sk_num != tuple->destination_port ||
	    sk->sk_dport != htons(tuple->source_port))
		return false;
	if (tuple->family == AF_INET6)
		return sk->sk_family == AF_INET6 &&
		       ipv6_addr_equal(&sk->sk_v6_daddr, &tuple->source.v6) &&
		       ipv6_addr_equal(&sk->sk_v6_rcv_saddr, &tuple->destination.v6);
	return sk->sk_daddr == tuple->source.v4 && sk->sk_rcv_saddr == tuple->destination.v4;
}

/* __inet_lookup_established() */
static noinline unsigned int walk_ehash(struct net *net, const struct tl_tuple *tuple,
					struct tl_step *step)
{
	struct inet_hashinfo *hashinfo = tl_hashinfo(net);
	u32 hash = walk_ehashfn(net, tuple, &tuple->destination);
	spinlock_t *lock = inet_ehash_lockp(hashinfo, hash);
	const struct hlist_nulls_node *node;
	struct sock *sk, *found = NULL;
	unsigned int caveats = 0;

	step->bucket = hash & hashinfo->ehash_mask;
	spin_lock_bh(lock);
	sk_nulls_for_each(sk, node, &inet_ehash_bucket(hashinfo, hash)->chain) {
		step->walked++;
		if (sk->sk_hash != hash || !walk_connection_fits(net, sk, tuple))
			continue;
		if (walk_device_fits(net, sk, tuple)) {
			/*
			 * A request is in the chain before a reference can be
			 * taken, and the kernel's lookup treats that as a miss. A
			 * guest's CPU may be stopped at that point for long.
			 */
			if (refcount_read(&sk->sk_refcnt))
				found = sk;
			break;
		}
		if (!tuple->dif)
			caveats |= TL_CAVEAT_NO_DEVICE;
	}
	walk_settle(step, found);
	spin_unlock_bh(lock);
	return caveats;
}

/* compute_score(): 0 or less is no match at all. */
static int walk_score(struct net *net, const struct sock *sk, const struct tl_tuple *tuple,
		      const union tl_addr *addr, unsigned int *caveats)
{
	int score;

	if (!net_eq(sock_net(sk), net) || sk->sk_num != tuple->destination_port ||
	    !walk_address_fits(sk, tuple, addr))
		return -1;
	if (!walk_device_fits(net, sk, tuple)) {
		if (!tuple->dif)
			*caveats |= TL_CAVEAT_NO_DEVICE;
		return -1;
	}

	score = sk->sk_bound_dev_if ? 2 : 1;
	if (tuple->family == AF_INET && sk->sk_family == AF_INET)
		score++;
	if (READ_ONCE(sk->sk_incoming_cpu) == raw_smp_processor_id())
		score++;
	return score;
}

/* inet_lookup_reuseport(): the member of sk's group that this segment goes to. */
static struct sock *walk_select_reuseport(struct net *net, struct sock *sk,
					  const struct tl_tuple *tuple, const union tl_addr *addr,
				     unsigned int *caveats)
{
	struct sock_reuseport *group;
	struct sock *member;

	if (!sk->sk_reuseport)
		return NULL;

	rcu_read_lock();
	group = rcu_dereference(sk->sk_reuseport_cb);
	if (group && rcu_access_pointer(group->prog))
		*caveats |= TL_CAVEAT_REUSEPORT;
	/* The bucket's lock keeps the member in place. */
	member = reuseport_select_sock(sk, walk_ehashfn(net, tuple, addr), NULL, 0);
	rcu_read_unlock();
	return member;
}

/* inet_lhash2_lookup(), with the destination or with the wildcard as addr. */
static noinline unsigned int walk_lhash2(struct net *net, const struct tl_tuple *tuple,
					 const union tl_addr *addr, struct tl_step *step)
{
	struct inet_hashinfo *hashinfo = tl_hashinfo(net);
	u32 hash = tuple->family == AF_INET6 ?
		   ipv6_portaddr_hash(net, &addr->v6, tuple->destination_port) :
		   ipv4_portaddr_hash(net, addr->v4, tuple->destination_port);
	struct inet_listen_hashbucket *head = inet_lhash2_bucket(hashinfo, hash);
	unsigned int matches = 0, caveats = 0;
	struct sock *sk, *found = NULL;
	bool pinned = false, decided = false;

	step->bucket = hash & hashinfo->lhash2_mask;
	/* Without _bh, as everywhere in the kernel: no softirq takes this lock. */
	spin_lock(&head->lock);
	for (sk = tl_lhash2_first(head); sk; sk = tl_lhash2_next(sk)) {
		int score = walk_score(net, sk, tuple, addr, &caveats);
		struct sock *member;

		step->walked += !decided;
		if (score <= 0)
			continue;
		/* SO_INCOMING_CPU matters only between several candidates. */
		matches++;
		pinned |= READ_ONCE(sk->sk_incoming_cpu) >= 0;
		if (decided || score <= step->score)
			continue;

		step->score = score;
		member = walk_select_reuseport(net, sk, tuple, addr, &caveats);
		/* The first group found ends the search. */
		decided = member;
		found = member ?: sk;
	}
	walk_settle(step, found);
	spin_unlock(&head->lock);
	if (matches > 1 && pinned)
		caveats |= TL_CAVEAT_INCOMING_CPU;
	return caveats;
}

unsigned int tl_lookup_walk(struct net *net, const struct tl_tuple *tuple,
			    struct tl_step *steps)
{
	static const union tl_addr wildcard;	/* 0.0.0.0 and :: */
	unsigned int caveats;

	steps[TL_STEP_EXACT].result = TL_WORD_OF(TCP_LOOKUP_SKIPPED);
	steps[TL_STEP_WILDCARD].result = TL_WORD_OF(TCP_LOOKUP_SKIPPED);

	caveats = walk_ehash(net, tuple, &steps[TL_STEP_EHASH]);
	if (!steps[TL_STEP_EHASH].found)
		caveats |= walk_lhash2(net, tuple, &tuple->destination, &steps[TL_STEP_EXACT]);
	if (!steps[TL_STEP_EHASH].found && !steps[TL_STEP_EXACT].found)
		caveats |= walk_lhash2(net, tuple, &wildcard, &steps[TL_STEP_WILDCARD]);
	return caveats;
}
