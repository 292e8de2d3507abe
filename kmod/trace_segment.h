/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which segment is this? Many functions are called with a segment, as a
 * struct sk_buff, and its events must carry one number.
 *
 * The number is kept in a table by the sk_buff's address, with a digest of the
 * TCP header: memory that now holds another segment is not taken for the old
 * one. The table is of a fixed size and forgets the oldest. It is shared by all
 * namespaces, since a veth or the loopback hands the very sk_buff to the
 * receiver: so a segment keeps its number from host to host.
 *
 * Nobody waits for a lock here. Who finds a bucket taken does without it: the
 * segment gets one more number then.
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
 * Takes the headers apart without changing or pulling anything. false: this is
 * no TCP segment, a later fragment, or cut short. family is what the caller
 * knows the packet to be. in_tcp: it has reached TCP, so that its transport
 * header is known to be TCP's even behind IPv6 extension headers.
 */
bool tl_segment_parse(struct tl_segment *segment, const struct sk_buff *skb, u16 family,
		      bool in_tcp);

/* For ip6_xmit(), which is given the TCP segment and has yet to add the IP header. */
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

/* A new number, as this segment has just come into being. */
u64 tl_segment_begin(const struct tl_segment *segment, const struct sk_buff *skb,
		     const struct net *net);

/*
 * The namespace is going: no entry may name it any more. Who found it in one before may
 * still use it until a grace period has passed. May wait for locks.
 */
void tl_segment_forget(const struct net *net);

#endif
