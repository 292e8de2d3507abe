/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rows of one hash bucket.
 *
 * Resuming a dump at "the n-th socket of bucket b" would repeat or skip sockets
 * when the chain changes in between. So a bucket is copied whole, and printed
 * from the copy: under one hold of its lock (tl_batch_take()) where chains are
 * short, otherwise in pieces (bind_walk.h). A socket never moves to another bucket
 * of a table, so it is in exactly one copy.
 */
#ifndef TCP_LOOKUP_BATCH_H
#define TCP_LOOKUP_BATCH_H

#include <linux/types.h>

#include "pins.h"

struct net;
struct sock;
struct tl_row;

struct tl_batch {
	struct tl_row *rows;
	unsigned int count;
	unsigned int capacity;
	unsigned int refused;	/* sockets that did not fit */
	struct tl_pins pins;	/* bind_walk.h: where the rest of the bucket begins */
};

/*
 * Copies every socket of one bucket that belongs to net: takes the bucket's
 * lock, calls tl_batch_add() for each, and unlocks. Must not sleep meanwhile.
 */
typedef void tl_batch_copy_t(struct net *net, unsigned int bucket, struct tl_batch *batch);

/* Under the bucket's lock. */
void tl_batch_add(struct tl_batch *batch, struct sock *sk, u32 bucket, u32 position);

/*
 * Replaces the rows by those of one bucket. A bucket that does not fit is
 * copied again, with more room. May sleep. 0 or -ENOMEM.
 */
int tl_batch_take(struct tl_batch *batch, tl_batch_copy_t *copy, struct net *net,
		  unsigned int bucket);

/* Makes room for this many more rows, and keeps the existing ones. 0 or -ENOMEM. */
int tl_batch_reserve(struct tl_batch *batch, unsigned int room);

/* Leaves the bucket of its rows. May sleep. */
void tl_batch_clear(struct tl_batch *batch);
void tl_batch_free(struct tl_batch *batch);

#endif
