// SPDX-License-Identifier: GPL-2.0-only
/* A segment is sent: by TCP, or by netfilter in TCP's place. */
#include <linux/skbuff.h>
#include <net/flow.h>
#include <net/tcp.h>

#include "compat.h"
#include "trace_call.h"
#include "trace_reader.h"
#include "trace_segment.h"

/* --- a RST --------------------------------------------------------------------- */

/* tcp_v4_send_reset(sk, skb, reason): in answer to skb. */
static bool send_reset_enter(struct tl_call *call, struct pt_regs *regs, u16 family)
{
	struct sock *sk = (struct sock *)tl_argument(regs, 0);
	struct sk_buff *skb = (struct sk_buff *)tl_argument(regs, 1);
	const struct net *net = sk ? sock_net(sk) : dev_net(skb->dev);

	if (!tl_call_segment(call, net, skb, family, true))
		return false;

	call->event.caller = tl_return_address(regs);
	call->event.outcome = sk ? TL_OUTCOME_SOCKET : TL_OUTCOME_NO_SOCKET;
	tl_event_socket(&call->event, sk);
	if (TL_HAS_RESET_REASON) {
		call->event.reason_of = TL_REASON_RESET;
		call->event.reason = tl_argument(regs, 2);
	}
	tl_trace_emit(call->net, &call->event);
	tl_call_open(call);
	return true;
}

static bool send_reset_enter4(struct tl_call *call, struct pt_regs *regs)
{
	return send_reset_enter(call, regs, AF_INET);
}

static bool send_reset_enter6(struct tl_call *call, struct pt_regs *regs)
{
	return send_reset_enter(call, regs, AF_INET6);
}

static void send_reset_leave(struct tl_call *call, struct pt_regs *regs)
{
	tl_call_close(call);
}

/* tcp_send_active_reset(sk, [priority,] reason): called by the owner or a timer. */
static bool active_reset_enter(struct tl_call *call, struct pt_regs *regs)
{
	struct sock *sk = (struct sock *)tl_argument(regs, 0);

	if (!tl_trace_wanted(sock_net(sk)))
		return false;

	tl_call_inherit(call, sock_net(sk));
	call->event.caller = tl_return_address(regs);
	tl_event_ends(&call->event, sk);
	tl_event_socket(&call->event, sk);
	if (TL_HAS_RESET_REASON) {
		call->event.reason_of = TL_REASON_RESET;
		call->event.reason = tl_argument(regs, TL_ACTIVE_RESET_REASON);
	}
	tl_trace_emit(call->net, &call->event);
	return true;
}

/* --- a segment is passed to IP, by TCP or by netfilter ------------------------------ */

static void segment_is_sent(struct tl_call *call, const struct net *net, const struct sk_buff *skb,
			    const struct sock *sk)
{
	struct tl_window *window = tl_window_here();

	call->event.id = tl_segment_begin(&call->event.segment, skb, net);
	if (window) {
		call->event.cause = window->id;
		if ((call->event.segment.flags & (TCPHDR_SYN | TCPHDR_ACK)) ==
		    (TCPHDR_SYN | TCPHDR_ACK))
			window->seen |= TL_SEEN_SYNACK;
	}
	/* A RST without a socket, and an ACK of TIME-WAIT, is sent by a raw socket. */
	if (sk && sk_fullsock(sk) && sk->sk_type == SOCK_STREAM)
		tl_event_socket(&call->event, (struct sock *)sk);
	tl_trace_emit(net, &call->event);
}

/*
 * __ip_local_out(net, sk, skb) and, for IPv6, __ip6_local_out(): the headers are
 * complete except for length and checksum. TCP sends all of its IPv4 segments through
 * the first, and none through the second. Netfilter sends its RSTs through both.
 */
static bool local_out_enter(struct tl_call *call, struct pt_regs *regs)
{
	const struct net *net = (const struct net *)tl_argument(regs, 0);
	const struct sk_buff *skb = (const struct sk_buff *)tl_argument(regs, 2);
	u16 family = call->event.what == TL_LOCAL_OUT6 ? AF_INET6 : AF_INET;

	if (!tl_trace_wanted(net) ||
	    !tl_segment_parse(&call->event.segment, skb, family, family == AF_INET))
		return false;
	segment_is_sent(call, net, skb, (const struct sock *)tl_argument(regs, 1));
	return true;
}

/* ip6_xmit(sk, skb, fl6, …) */
static bool ip6_xmit_enter(struct tl_call *call, struct pt_regs *regs)
{
	const struct sock *sk = (const struct sock *)tl_argument(regs, 0);
	const struct sk_buff *skb = (const struct sk_buff *)tl_argument(regs, 1);
	const struct flowi6 *fl6 = (const struct flowi6 *)tl_argument(regs, 2);
	const struct net *net = sock_net(sk);

	if (!tl_trace_wanted(net) ||
	    !tl_segment_parse_flow(&call->event.segment, skb, fl6))
		return false;
	segment_is_sent(call, net, skb, sk);
	return true;
}

static const struct tl_function send_functions[] = {
	{ "tcp_v4_send_reset", TL_SEND_RESET4, send_reset_enter4, send_reset_leave },
	{ "tcp_v6_send_reset", TL_SEND_RESET6, send_reset_enter6, send_reset_leave },
	{ "tcp_send_active_reset", TL_ACTIVE_RESET, active_reset_enter, NULL },
	{ "__ip_local_out", TL_SEND4, local_out_enter, NULL },
	{ "ip6_xmit", TL_SEND6, ip6_xmit_enter, NULL },
	{ "__ip6_local_out", TL_LOCAL_OUT6, local_out_enter, NULL },
};

const struct tl_function_set tl_send_functions = { send_functions, ARRAY_SIZE(send_functions) };
