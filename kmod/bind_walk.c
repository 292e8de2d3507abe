// SPDX-License-Identifier: GPL-2.0-only
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <net/ipv6.h>

#include "batch.h"
#include "bind_walk.h"
#include "compat.h"
#include "compat_bind.h"
#include "row.h"
#include "walk.h"

/*
 * How many sockets in a row must disappear between two pieces before the walk has lost
 * its place, and how often that may happen: a process with 100,000 connections that is
 * killed closes neighbours one after another.
 */
#define BIND_WALK_PINS 32
#define BIND_WALK_ATTEMPTS 64

enum bind_walk_end { BIND_WALK_DONE, BIND_WALK_MORE, BIND_WALK_LOST };

/* Sockets with a reference. The last `usable` of them are the last rows of the batch. */
struct bind_pins {
	struct sock *sk[BIND_WALK_PINS];
	unsigned int count;
	unsigned int usable;
};

struct bind_walk {
	struct net *net;
	struct inet_bind_hashbucket *head;
	unsigned int bucket;
	struct tl_batch *batch;
	struct bind_pins pins;
};

/* The position of a walk: the next socket to copy, in tb. sk NULL: at the end. */
struct bind_place {
	struct inet_bind_bucket *tb;
	struct sock *sk;
};

/*
 * A socket to which no reference can be taken any more, or not yet (a new
 * TIME-WAIT), makes the pinned sockets before it useless.
 */
static void bind_pins_add(struct bind_pins *pins, struct sock *sk)
{
	if (refcount_inc_not_zero(&sk->sk_refcnt)) {
		pins->sk[pins->count++] = sk;
		pins->usable++;
	} else {
		pins->usable = 0;
	}
}

/* Not under a lock: it may be the last reference. */
static void bind_pins_release(struct bind_pins *pins)
{
	while (pins->count)
		sock_gen_put(pins->sk[--pins->count]);
	pins->usable = 0;
}

/* From this node of the bucket's chain on: the first socket of the namespace. */
static struct bind_place bind_place_from(const struct bind_walk *walk, struct hlist_node *node)
{
	struct bind_place place = { };

	for (; node && !place.sk; node = node->next) {
		place.tb = hlist_entry(node, struct inet_bind_bucket, node);
		if (net_eq(ib_net(place.tb), walk->net))
			place.sk = tl_bind_bucket_first(place.tb);
	}
	return place;
}

static struct bind_place bind_place_behind(const struct bind_walk *walk,
					   const struct bind_place *place)
{
	struct sock *sk = tl_bind_bucket_next(place->sk);

	if (sk)
		return (struct bind_place) { .tb = place->tb, .sk = sk };
	return bind_place_from(walk, place->tb->node.next);
}

/* A connect() gives a bound socket its address, and another list since 6.8. */
static bool bind_has_address_of(const struct sock *sk, const struct tl_row *row)
{
	if (sk->sk_family == AF_INET6)
		return ipv6_addr_equal(&sk->sk_v6_rcv_saddr, &row->local.v6);
	return sk->sk_rcv_saddr == row->local.v4;
}

/* The bucket that sk is in, if it is one of this chain; NULL: sk has gone. */
static struct inet_bind_bucket *bind_walk_find(const struct bind_walk *walk,
					       const struct sock *sk)
{
	const struct inet_bind_bucket *its = tl_bind_bucket_of(sk);
	struct inet_bind_bucket *tb;

	inet_bind_bucket_for_each(tb, &walk->head->chain)
		if (tb == its)
			return tb;
	return NULL;
}

/* Moves behind the last pinned socket that is still in place. false: none is. */
static bool bind_walk_resume(const struct bind_walk *walk, struct bind_place *place)
{
	const struct tl_row *row = walk->batch->rows + walk->batch->count;
	const struct bind_pins *pins = &walk->pins;
	unsigned int i;

	for (i = 0; i < pins->usable; i++) {
		place->sk = pins->sk[pins->count - 1 - i];
		place->tb = bind_walk_find(walk, place->sk);
		if (place->tb && bind_has_address_of(place->sk, --row)) {
			*place = bind_place_behind(walk, place);
			return true;
		}
	}
	return false;
}

/* Copies sockets from here on, and keeps the last ones pinned if there are more. */
static enum bind_walk_end bind_walk_copy(struct bind_walk *walk, struct bind_place place)
{
	struct bind_pins *pins = &walk->pins;
	unsigned int count = 0;

	while (place.sk) {
		/* A piece ends where the next one can find its place again. */
		if (count >= TL_WALK_MAX && pins->usable)
			return BIND_WALK_MORE;
		if (count == 2 * TL_WALK_MAX)
			return BIND_WALK_LOST;
		tl_batch_add(walk->batch, place.sk, walk->bucket, 0);
		if (++count > TL_WALK_MAX - BIND_WALK_PINS)
			bind_pins_add(pins, place.sk);
		place = bind_place_behind(walk, &place);
	}
	return BIND_WALK_DONE;
}

/* One hold of the lock. A walk begins without rows. */
static noinline enum bind_walk_end bind_walk_piece(struct bind_walk *walk)
{
	enum bind_walk_end end = BIND_WALK_LOST;
	struct bind_pins old = walk->pins;
	struct bind_place place;
	bool placed;

	spin_lock_bh(&walk->head->lock);
	if (walk->batch->count) {
		placed = bind_walk_resume(walk, &place);
	} else {
		place = bind_place_from(walk, walk->head->chain.first);
		placed = true;
	}
	walk->pins.count = 0;
	walk->pins.usable = 0;
	if (placed)
		end = bind_walk_copy(walk, place);
	spin_unlock_bh(&walk->head->lock);
	bind_pins_release(&old);
	return end;
}

/* The whole bucket, unless the walk loses its place. 1: it has, start again. */
static int bind_walk_bucket(struct bind_walk *walk)
{
	enum bind_walk_end end;

	walk->batch->count = 0;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		if (tl_batch_reserve(walk->batch, 2 * TL_WALK_MAX))
			return -ENOMEM;
		end = bind_walk_piece(walk);
	} while (end == BIND_WALK_MORE);
	return end == BIND_WALK_LOST;
}

int tl_bind_walk_take(struct tl_batch *batch, struct net *net, unsigned int bucket)
{
	struct bind_walk walk = {
		.net = net,
		.head = &tl_hashinfo(net)->bhash[bucket],
		.bucket = bucket,
		.batch = batch,
	};
	int err = 1, attempt;

	batch->count = 0;
	for (attempt = 0; err > 0 && attempt < BIND_WALK_ATTEMPTS; attempt++) {
		err = bind_walk_bucket(&walk);
		bind_pins_release(&walk.pins);
	}
	if (err)
		batch->count = 0;
	return err > 0 ? -EBUSY : err;
}
