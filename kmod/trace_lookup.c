// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two lookups: ehash, then the listener hash. Their arguments are addresses, not
 * the segment, so the segment is that of the window. They have other callers, too
 * (ICMP errors, sock_diag …), recognized by the return address.
 *
 *	__inet_lookup_established(net, [hashinfo,] saddr, sport, daddr, hnum, dif, sdif)
 *	__inet_lookup_listener(net, [hashinfo,] skb, doff, saddr, sport, daddr, hnum, …)
 *	inet_lhash2_lookup(net, ilb2, skb, doff, saddr, sport, daddr, hnum, …)
 *
 * For IPv6 saddr and daddr are pointers. The socket found is protected by RCU, and
 * one from ehash comes with a reference.
 */
#include <linux/kallsyms.h>
#include <net/ipv6.h>

#include "compat.h"
#include "trace_call.h"
#include "trace_reader.h"

static void lookup_note_address(union tl_addr *addr, u16 family, unsigned long value)
{
	if (family == AF_INET6)
		addr->v6 = *(const struct in6_addr *)value;
	else
		addr->v4 = (__force __be32)value;
}

/* first: which argument is saddr; sport, daddr and hnum follow. */
static bool lookup_enter(struct tl_call *call, struct pt_regs *regs, u16 family,
			 unsigned int first)
{
	const struct net *net = (const struct net *)tl_argument(regs, 0);
	struct tl_segment *wanted = &call->event.segment;

	if (!tl_trace_wanted(net))
		return false;

	tl_call_inherit(call, net);
	call->event.caller = tl_return_address(regs);
	wanted->family = family;
	lookup_note_address(&wanted->source, family, tl_argument(regs, first));
	wanted->source_port = ntohs((__force __be16)tl_argument(regs, first + 1));
	lookup_note_address(&wanted->destination, family, tl_argument(regs, first + 2));
	wanted->destination_port = (u16)tl_argument(regs, first + 3);
	return true;
}

static void lookup_leave(struct tl_call *call, struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)regs_return_value(regs);

	call->event.outcome = sk ? TL_HIT : TL_MISS;
	tl_event_socket(&call->event, sk);
	tl_trace_emit(call->net, &call->event);
}

/* --- ehash ------------------------------------------------------------------ */

#define ESTABLISHED_SADDR (TL_LOOKUP_HAS_HASHINFO ? 2 : 1)

static bool established_enter4(struct tl_call *call, struct pt_regs *regs)
{
	return lookup_enter(call, regs, AF_INET, ESTABLISHED_SADDR);
}

static bool established_enter6(struct tl_call *call, struct pt_regs *regs)
{
	return lookup_enter(call, regs, AF_INET6, ESTABLISHED_SADDR);
}

static void established_leave(struct tl_call *call, struct pt_regs *regs)
{
	struct tl_window *window = tl_window_here();

	lookup_leave(call, regs);
	if (window && call->event.has_socket && call->event.kind == TL_KIND_TIMEWAIT)
		window->seen |= TL_SEEN_TIME_WAIT;
}

/* --- the listener hash --------------------------------------------------------- */

#define LISTENER_SADDR (TL_LOOKUP_HAS_HASHINFO ? 4 : 3)
#define LHASH2_SADDR 4

/*
 * If the segment's socket is known, a listener is looked up in one case only: the
 * socket is in TIME-WAIT, and a SYN may open a new connection in its place.
 */
static bool listener_enter(struct tl_call *call, struct pt_regs *regs, u16 family)
{
	const struct tl_window *window = tl_window_here();

	if (!lookup_enter(call, regs, family, LISTENER_SADDR))
		return false;
	if (window && (window->seen & TL_SEEN_TIME_WAIT))
		call->event.detail = TL_DETAIL_TIME_WAIT;
	return true;
}

static bool listener_enter4(struct tl_call *call, struct pt_regs *regs)
{
	return listener_enter(call, regs, AF_INET);
}

static bool listener_enter6(struct tl_call *call, struct pt_regs *regs)
{
	return listener_enter(call, regs, AF_INET6);
}

static bool lhash2_enter4(struct tl_call *call, struct pt_regs *regs)
{
	if (!lookup_enter(call, regs, AF_INET, LHASH2_SADDR))
		return false;
	call->event.detail = call->event.segment.destination.v4 == htonl(INADDR_ANY) ?
			     TL_DETAIL_WILDCARD : TL_DETAIL_EXACT;
	return true;
}

static bool lhash2_enter6(struct tl_call *call, struct pt_regs *regs)
{
	if (!lookup_enter(call, regs, AF_INET6, LHASH2_SADDR))
		return false;
	call->event.detail = ipv6_addr_any(&call->event.segment.destination.v6) ?
			     TL_DETAIL_WILDCARD : TL_DETAIL_EXACT;
	return true;
}

static const struct tl_function lookup_functions[] = {
	{ "__inet_lookup_established", TL_ESTABLISHED4, established_enter4, established_leave },
	{ "__inet6_lookup_established", TL_ESTABLISHED6, established_enter6, established_leave },
	{ "__inet_lookup_listener", TL_LISTENER4, listener_enter4, lookup_leave },
	{ "inet6_lookup_listener", TL_LISTENER6, listener_enter6, lookup_leave },
	{ "inet_lhash2_lookup", TL_LHASH4, lhash2_enter4, lookup_leave },
	{ "inet6_lhash2_lookup", TL_LHASH6, lhash2_enter6, lookup_leave },
};

const struct tl_function_set tl_lookup_functions = {
	lookup_functions, ARRAY_SIZE(lookup_functions)
};
