// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "batch.h"
#include "bind_walk.h"
#include "compat.h"
#include "compat_bind.h"
#include "row.h"
#include "walk.h"

/*
 * How often a walk may lose its place: a process with 100,000 connections that is killed
 * closes neighbours one after another.
 */
#define BIND_WALK_ATTEMPTS 64

enum bind_walk_end { BIND_WALK_DONE, BIND_WALK_MORE, BIND_WALK_LOST };

struct bind_walk {
	struct net *net;
	struct inet_bind_hashbucket *head;
	unsigned int bucket;
	struct tl_batch *batch;
};

/* The position of a walk: the next socket to copy, in tb. sk NULL: at the end. */
struct bind_place {
	struct inet_bind_bucket *tb;
	struct sock *sk;
};

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
	const struct tl_pins *pins = &walk->batch->pins;
	const struct tl_pin *pin;
	unsigned int i;

	for (i = 1; i <= pins->usable; i++) {
		pin = &pins->pin[pins->count - i];
		place->sk = pin->sk;
		place->tb = bind_walk_find(walk, place->sk);
		if (place->tb && tl_pin_has_its_address(pin)) {
			*place = bind_place_behind(walk, place);
			return true;
		}
	}
	return false;
}

/* Copies sockets from here on, and keeps the last ones pinned if there are more. */
static enum bind_walk_end bind_walk_copy(struct bind_walk *walk, struct bind_place place)
{
	struct tl_batch *batch = walk->batch;
	struct tl_pins *pins = &batch->pins;
	unsigned int count = 0;

	while (place.sk) {
		/* A piece ends where the next one can find its place again. */
		if (count >= TL_WALK_MAX && pins->usable)
			return BIND_WALK_MORE;
		if (count == 2 * TL_WALK_MAX)
			return BIND_WALK_LOST;
		tl_batch_add(batch, place.sk, walk->bucket, 0);
		count++;
		if (count > TL_WALK_MAX - TL_PINS_MAX)
			tl_pins_add(pins, place.sk, &batch->rows[batch->count - 1]);
		place = bind_place_behind(walk, &place);
	}
	return BIND_WALK_DONE;
}

/* One hold of the lock. The first piece of a bucket begins without pins. */
static noinline enum bind_walk_end bind_walk_piece(struct bind_walk *walk)
{
	enum bind_walk_end end = BIND_WALK_LOST;
	struct tl_pins *pins = &walk->batch->pins;
	struct tl_pins old = *pins;
	struct bind_place place;
	bool placed = true;

	spin_lock_bh(&walk->head->lock);
	if (pins->count)
		placed = bind_walk_resume(walk, &place);
	else
		place = bind_place_from(walk, walk->head->chain.first);
	pins->count = 0;
	pins->usable = 0;
	if (placed)
		end = bind_walk_copy(walk, place);
	spin_unlock_bh(&walk->head->lock);
	tl_pins_release(&old);
	return end;
}

/* As many pieces as fit into the batch. A bind_walk_end, or a negative errno. */
static int bind_walk_part(struct bind_walk *walk)
{
	struct tl_batch *batch = walk->batch;
	enum bind_walk_end end;

	batch->count = 0;
	do {
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		if (tl_batch_reserve(batch, 2 * TL_WALK_MAX))
			return -ENOMEM;
		end = bind_walk_piece(walk);
	} while (end == BIND_WALK_MORE && batch->count + 2 * TL_WALK_MAX <= TL_BIND_WALK_ROWS);
	return end;
}

int tl_bind_walk_take(struct tl_batch *batch, struct net *net, unsigned int bucket)
{
	struct bind_walk walk = {
		.net = net,
		.head = &tl_hashinfo(net)->bhash[bucket],
		.bucket = bucket,
		.batch = batch,
	};
	/* The rows before these are printed: no second attempt. */
	int attempts = batch->pins.count ? 1 : BIND_WALK_ATTEMPTS;
	int end;

	do {
		end = bind_walk_part(&walk);
		if (end == BIND_WALK_MORE)
			return 1;
		tl_pins_release(&batch->pins);
	} while (end == BIND_WALK_LOST && --attempts);
	if (end == BIND_WALK_DONE)
		return 0;
	batch->count = 0;
	return end == BIND_WALK_LOST ? -EBUSY : end;
}
