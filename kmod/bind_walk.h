/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sockets of one bhash bucket, copied in pieces of TL_WALK_MAX, since there may
 * be 100,000 on one port and the network waits for the bucket's lock.
 *
 * Between two pieces the lock is free and the lists change. Pins (pins.h) keep the last
 * sockets of a piece from being freed. The next piece continues behind the last of
 * them that is still in its place: as lists grow only at their head, what is behind it
 * has not been copied, and what is before it has. If all of them are gone, the bucket
 * is copied again, unless some of it has been printed.
 *
 * Nothing is printed before TL_BIND_WALK_ROWS are copied, which few ports have. With
 * more, the memory of a reader would grow with the table.
 */
#ifndef TCP_LOOKUP_BIND_WALK_H
#define TCP_LOOKUP_BIND_WALK_H

struct net;
struct tl_batch;

/* At some 100 bytes each. */
#define TL_BIND_WALK_ROWS 16384

/*
 * Replaces the rows of batch by those of one bhash bucket that belong to net, or by the
 * next TL_BIND_WALK_ROWS of them. Each socket that keeps its place meanwhile is copied
 * exactly once. May sleep.
 *
 * 0: these were the last. 1: there may be more; the next call with this batch and
 * bucket continues behind them. Or no rows and an errno, after which a dump cannot
 * go on: -ENOMEM, -EINTR if the process is being killed, or -EBUSY if the walk has lost
 * its place too often, or once after a call that returned 1.
 */
int tl_bind_walk_take(struct tl_batch *batch, struct net *net, unsigned int bucket);

#endif
