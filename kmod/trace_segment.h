/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which segment is this? Many functions are called with a segment, as a
 * struct sk_buff, and its events must carry one number.
 *
 * The number is kept in a table by the sk_buff's address, with a digest of the
 * TCP header: memory that now holds another segment is not taken for the old
 * one. The table has a fixed size and forgets the oldest entries. All namespaces
 * share it: a veth or the loopback passes the same sk_buff to the receiver, so a
 * segment keeps its number from host to host.
 *
 * Locks are only tried here. If a bucket's lock is taken, the segment gets a new
 * number.
 *
 * Preemption must be disabled.
 */
#ifndef TCP_LOOKUP_TRACE_SEGMENT_H
#define TCP_LOOKUP_TRACE_SEGMENT_H

#include <linux/types.h>

#include "trace_event.h"

struct flowi6;
struct net;
struct sk_buff;

/*
 * Parses the headers without changing or pulling anything. false: not a TCP
 * segment, a later fragment, or truncated. family is known from the caller.
 * in_tcp: it has reached TCP, so its transport header is TCP's even behind IPv6
 * extension headers.
 */
bool tl_segment_parse(struct tl_segment *segment, const struct sk_buff *skb, u16 family,
		      bool in_tcp);

/* For ip6_xmit(), which gets the TCP segment before the IP header is added. */
bool tl_segment_parse_flow(struct tl_segment *segment, const struct sk_buff *skb,
			   const struct flowi6 *fl6);

/*
 * Its number; 0: it has none. net gets the namespace that it was last seen in,
 * which lives at least until preemption is enabled (the grace period in
 * pernet_exit_batch(), main.c).
 */
u64 tl_segment_find(const struct tl_segment *segment, const struct sk_buff *skb,
		    const struct net **net);

/* Its number, a new one if it has none. */
u64 tl_segment_identify(const struct tl_segment *segment, const struct sk_buff *skb,
			const struct net *net);

/* A new number, for a segment that was just made. */
u64 tl_segment_begin(const struct tl_segment *segment, const struct sk_buff *skb,
		     const struct net *net);

/*
 * The namespace is being removed: removes it from all entries. Code that found it before
 * may still use it until a grace period has passed. May wait for locks.
 */
void tl_segment_forget(const struct net *net);

#endif
