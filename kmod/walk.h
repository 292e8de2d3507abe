/* SPDX-License-Identifier: GPL-2.0-only */
/* How long a lock of TCP's tables may be held. */
#ifndef TCP_LOOKUP_WALK_H
#define TCP_LOOKUP_WALK_H

/*
 * The most sockets of one port that are visited under one hold of a bind table's
 * lock. A port can have 100,000 of them, and softirqs wait for the lock: the
 * handshake of a new connection and the end of an old one take it. Copying a
 * socket into a row takes well under a microsecond even when it is not in the
 * cache, so the lock is held for some tens of microseconds: less than one round of
 * the network's softirq. The dump of "bound" takes the lock again for the next piece;
 * the step "bind" of "lookup" stops there, and may report "cut".
 *
 * The chains of ehash and lhash2 are walked whole: the kernel itself walks them
 * for each segment, so they are short.
 *
 * A function that holds a lock for a walk is noinline, so that a kprobe can measure
 * how long it takes, which is at least as long as the lock is held.
 */
#define TL_WALK_MAX 128

#endif
