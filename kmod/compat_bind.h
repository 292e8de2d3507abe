/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The same as compat.h for the bind tables: bhash, by port, and bhash2, by port
 * and address.
 *
 * The sockets of a bhash bucket are in one list of the bucket (tb->owners)
 * before 6.8, and in the lists of the bhash2 buckets of its port since ("tcp:
 * Unlink sk from bhash."). Sockets in TIME-WAIT are among them. All lists grow
 * at their head, and a socket keeps its place until it is unlinked.
 *
 * Hold the lock of the bhash bucket for the functions with an inet_bind_bucket: it
 * covers both layouts, since code that moves a socket between bhash2 buckets
 * takes it, too.
 */
#ifndef TCP_LOOKUP_COMPAT_BIND_H
#define TCP_LOOKUP_COMPAT_BIND_H

#include <linux/list.h>
#include <net/inet_connection_sock.h>
#include <net/inet_hashtables.h>
#include <net/inet_timewait_sock.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "features.h"

/*
 * The bhash bucket that sk is in; NULL: in none. Only an address to compare with
 * unless the lock of that bucket is held.
 */
static inline const struct inet_bind_bucket *tl_bind_bucket_of(const struct sock *sk)
{
	if (sk->sk_state == TCP_TIME_WAIT)
		return READ_ONCE(inet_twsk(sk)->tw_tb);
	return READ_ONCE(inet_csk(sk)->icsk_bind_hash);
}

#ifdef HAVE_BHASH_OF_BHASH2

/* The first socket of the bhash2 buckets from this node of tb->bhash2 on. */
static inline struct sock *tl_bind_first_from(const struct hlist_node *node)
{
	for (; node; node = node->next) {
		const struct inet_bind2_bucket *tb2 =
			hlist_entry(node, struct inet_bind2_bucket, bhash_node);

		if (!hlist_empty(&tb2->owners))
			return hlist_entry(tb2->owners.first, struct sock, sk_bind_node);
	}
	return NULL;
}

static inline struct sock *tl_bind_bucket_first(const struct inet_bind_bucket *tb)
{
	return tl_bind_first_from(tb->bhash2.first);
}

static inline struct sock *tl_bind_bucket_next(const struct sock *sk)
{
	const struct inet_bind2_bucket *tb2 = sk->sk_state == TCP_TIME_WAIT ?
		inet_twsk(sk)->tw_tb2 : inet_csk(sk)->icsk_bind2_hash;

	return hlist_entry_safe(sk->sk_bind_node.next, struct sock, sk_bind_node) ?:
	       tl_bind_first_from(tb2->bhash_node.next);
}

#else

static inline struct sock *tl_bind_bucket_first(const struct inet_bind_bucket *tb)
{
	return hlist_entry_safe(tb->owners.first, struct sock, sk_bind_node);
}

static inline struct sock *tl_bind_bucket_next(const struct sock *sk)
{
	return hlist_entry_safe(sk->sk_bind_node.next, struct sock, sk_bind_node);
}

#endif

/* Returns false to end the walk. */
typedef bool tl_bind_visit_t(struct sock *sk, void *arg);

/*
 * Visits the sockets of a port in one bucket of bhash2 (6.1 and later), or, where
 * there is no such table, of bhash. Those that were bound last come first.
 */
#ifdef HAVE_BHASH2_TABLE

/* The lists of a bhash2 bucket: false if visit has ended the walk. */
static inline bool tl_bind2_bucket_visit(struct inet_bind2_bucket *tb2,
					 tl_bind_visit_t *visit, void *arg)
{
	struct sock *sk;
#ifdef HAVE_BHASH_OF_BHASH2
	sk_for_each_bound(sk, &tb2->owners)
		if (!visit(sk, arg))
			return false;
#else
	struct inet_timewait_sock *tw;

	sk_for_each_bound_bhash2(sk, &tb2->owners)
		if (!visit(sk, arg))
			return false;
	/* TIME-WAIT has a list of its own in the first versions of bhash2. */
	twsk_for_each_bound_bhash2(tw, &tb2->deathrow)
		if (!visit((struct sock *)tw, arg))
			return false;
#endif
	return true;
}

static inline void tl_bind_port_visit(const struct net *net,
				      struct inet_bind_hashbucket *head, u16 port,
				      tl_bind_visit_t *visit, void *arg)
{
	struct inet_bind2_bucket *tb2;

	inet_bind_bucket_for_each(tb2, &head->chain)
		if (net_eq(ib2_net(tb2), net) && tb2->port == port &&
		    !tl_bind2_bucket_visit(tb2, visit, arg))
			return;
}

#else

static inline void tl_bind_port_visit(const struct net *net,
				      struct inet_bind_hashbucket *head, u16 port,
				      tl_bind_visit_t *visit, void *arg)
{
	struct inet_bind_bucket *tb;
	struct sock *sk;

	inet_bind_bucket_for_each(tb, &head->chain) {
		if (!net_eq(ib_net(tb), net) || tb->port != port)
			continue;
		sk_for_each_bound(sk, &tb->owners)
			if (!visit(sk, arg))
				return;
	}
}

#endif

/*
 * The buckets with the sockets of a port that may match a segment to one address:
 * the bhash2 buckets of the wildcard and of that address, the shorter list first,
 * or the bhash bucket of the port. The hashes are ipv4_portaddr_hash() or
 * ipv6_portaddr_hash(). Returns the number of buckets.
 */
#define TL_BIND_HEADS_MAX 2

static inline unsigned int tl_bind_heads(struct inet_hashinfo *hashinfo, u32 bhash_bucket,
					 u32 wildcard_hash, u32 address_hash,
					 struct inet_bind_hashbucket *heads[TL_BIND_HEADS_MAX])
{
#ifdef HAVE_BHASH2_TABLE
	heads[0] = &hashinfo->bhash2[wildcard_hash & (hashinfo->bhash_size - 1)];
	heads[1] = &hashinfo->bhash2[address_hash & (hashinfo->bhash_size - 1)];
	return heads[0] == heads[1] ? 1 : 2;
#else
	heads[0] = &hashinfo->bhash[bhash_bucket];
	return 1;
#endif
}

#endif
