/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sockets of one bhash bucket, copied in pieces of TL_WALK_MAX, since there may
 * be 100,000 on one port and the network waits for the bucket's lock.
 *
 * Between two pieces the lock is free and the lists change. References keep the last
 * sockets of a piece from being freed. The next piece continues behind the last of
 * them that is still in its place: as lists grow only at their head, what is behind it
 * has not been copied, and what is before it has. If all of them are gone, the bucket
 * is copied again; nothing of it has been printed by then.
 */
#ifndef TCP_LOOKUP_BIND_WALK_H
#define TCP_LOOKUP_BIND_WALK_H

struct net;
struct tl_batch;

/*
 * Replaces the rows of batch by those of one bhash bucket that belong to net. Each
 * socket that keeps its place meanwhile is copied exactly once. May sleep.
 * 0, -ENOMEM, -EINTR if the process is being killed, or -EBUSY if the bucket had
 * to be copied again too often.
 */
int tl_bind_walk_take(struct tl_batch *batch, struct net *net, unsigned int bucket);

#endif
