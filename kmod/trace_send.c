// SPDX-License-Identifier: GPL-2.0-only
/* A segment is sent, or dropped; a socket's state changes. */
#include <linux/skbuff.h>
#include <linux/tracepoint.h>
#include <net/flow.h>
#include <net/tcp.h>
#include <trace/events/skb.h>
#include <trace/events/sock.h>

#include "compat.h"
#include "trace_probes.h"
#include "trace_reader.h"
#include "trace_segment.h"

/* --- a RST --------------------------------------------------------------------- */

/* tcp_v4_send_reset(sk, skb, reason): in answer to skb. */
static bool enter_reset(struct tl_call *call, struct pt_regs *regs, u16 family)
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

static bool enter_reset4(struct tl_call *call, struct pt_regs *regs)
{
	return enter_reset(call, regs, AF_INET);
}

static bool enter_reset6(struct tl_call *call, struct pt_regs *regs)
{
	return enter_reset(call, regs, AF_INET6);
}

static void leave_reset(struct tl_call *call, struct pt_regs *regs)
{
	tl_call_close(call);
}

/* tcp_send_active_reset(sk, [priority,] reason): the owner or a timer wants it. */
static bool enter_active_reset(struct tl_call *call, struct pt_regs *regs)
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

/* --- a segment is handed to IP, by TCP or by a filter ------------------------------ */

static void sent(struct tl_call *call, const struct net *net, const struct sk_buff *skb,
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
	/* A RST without a socket, and what TIME-WAIT says, is sent by a raw one. */
	if (sk && sk_fullsock(sk) && sk->sk_type == SOCK_STREAM)
		tl_event_socket(&call->event, (struct sock *)sk);
	tl_trace_emit(net, &call->event);
}

/*
 * __ip_local_out(net, sk, skb) and, for IPv6, __ip6_local_out(): the headers are
 * complete but for length and checksum. TCP sends all of its IPv4 segments by the
 * one, and none by the other: that is for a filter's RST, which goes by both.
 */
static bool enter_local_out(struct tl_call *call, struct pt_regs *regs)
{
	const struct net *net = (const struct net *)tl_argument(regs, 0);
	const struct sk_buff *skb = (const struct sk_buff *)tl_argument(regs, 2);
	u16 family = call->event.what == TL_LOCAL_OUT6 ? AF_INET6 : AF_INET;

	if (!tl_trace_wanted(net) ||
	    !tl_segment_parse(&call->event.segment, skb, family, family == AF_INET))
		return false;
	sent(call, net, skb, (const struct sock *)tl_argument(regs, 1));
	return true;
}

/* ip6_xmit(sk, skb, fl6, …) */
static bool enter_send6(struct tl_call *call, struct pt_regs *regs)
{
	const struct sock *sk = (const struct sock *)tl_argument(regs, 0);
	const struct sk_buff *skb = (const struct sk_buff *)tl_argument(regs, 1);
	const struct flowi6 *fl6 = (const struct flowi6 *)tl_argument(regs, 2);
	const struct net *net = sock_net(sk);

	if (!tl_trace_wanted(net) ||
	    !tl_segment_parse_flow(&call->event.segment, skb, fl6))
		return false;
	sent(call, net, skb, sk);
	return true;
}

static const struct tl_function functions[] = {
	{ "tcp_v4_send_reset", TL_SEND_RESET4, enter_reset4, leave_reset },
	{ "tcp_v6_send_reset", TL_SEND_RESET6, enter_reset6, leave_reset },
	{ "tcp_send_active_reset", TL_ACTIVE_RESET, enter_active_reset, NULL },
	{ "__ip_local_out", TL_SEND4, enter_local_out, NULL },
	{ "ip6_xmit", TL_SEND6, enter_send6, NULL },
	{ "__ip6_local_out", TL_LOCAL_OUT6, enter_local_out, NULL },
};

const struct tl_function_set tl_send_functions = { functions, ARRAY_SIZE(functions) };

/* --- tracepoints --------------------------------------------------------------- */

/*
 * skb:kfree_skb. Any skb of the machine may come here, in any shape: skb->dev
 * shares its memory with what TCP and UDP keep in a queued skb, so only what
 * has a number already is told, and what a hook of netfilter has dropped, which
 * is on its way in or out and has its device.
 */
static void dropped(struct sk_buff *skb, u32 reason)
{
	u16 family = skb->protocol == htons(ETH_P_IPV6) ? AF_INET6 : AF_INET;
	struct tl_event event = { .what = TL_DROP, .outcome = TL_OUTCOME_DROPPED };
	const struct tl_window *window = tl_window_here();
	const struct net *net = NULL;

	if (window && window->skb == skb) {
		net = window->net;
		event.id = window->id;
		event.ifindex = window->ifindex;
		tl_segment_parse(&event.segment, skb, family, window->in_tcp);
	} else if (!tl_segment_parse(&event.segment, skb, family, false)) {
		return;
	} else if (reason == TL_NETFILTER_DROP && skb->dev) {
		net = dev_net(skb->dev);
		event.ifindex = skb->dev->ifindex;
		if (tl_trace_wanted(net))
			event.id = tl_segment_identify(&event.segment, skb, net);
	} else {
		event.id = tl_segment_find(&event.segment, skb, &net);
	}
	if (!event.id || !net)
		return;

	event.reason_of = TL_REASON_DROP;
	event.reason = reason;
	tl_trace_emit(net, &event);
}

/* sock:inet_sock_set_state */
static void on_set_state(void *unused, const struct sock *sk, const int before, const int after)
{
	struct tl_event event = { .what = TL_SET_STATE };
	const struct tl_window *window;

	if (sk->sk_protocol != IPPROTO_TCP || !tl_trace_wanted(sock_net(sk)))
		return;

	window = tl_window_here();
	if (window)
		event.id = window->id;
	tl_event_ends(&event, sk);
	event.has_socket = true;
	event.kind = TL_KIND_FULL;
	event.state = before;
	event.state_after = after;
	/* A child that is just being copied from its listener has no cookie of its own yet. */
	if (before != TCP_LISTEN || after != TCP_SYN_RECV)
		event.cookie = tl_socket_cookie((struct sock *)sk);
	tl_trace_emit(sock_net(sk), &event);
}

static void on_kfree_skb(TL_KFREE_SKB_ARGUMENTS)
{
	dropped(skb, TL_KFREE_SKB_REASON);
}

/* It is not exported, so it is looked for by its name. */
static struct tracepoint *set_state_point;

static void find_point(struct tracepoint *point, void *unused)
{
	if (!strcmp(point->name, "inet_sock_set_state"))
		set_state_point = point;
}

static bool started_kfree, started_set_state;

int tl_tracepoints_start(void)
{
	int err = register_trace_kfree_skb(on_kfree_skb, NULL);

	if (err)
		return err;
	started_kfree = true;

	check_trace_callback_type_inet_sock_set_state(on_set_state);
	for_each_kernel_tracepoint(find_point, NULL);
	if (!set_state_point)
		return -ENOENT;
	err = tracepoint_probe_register(set_state_point, on_set_state, NULL);
	started_set_state = !err;
	return err;
}

void tl_tracepoints_stop(void)
{
	if (started_set_state)
		tracepoint_probe_unregister(set_state_point, on_set_state, NULL);
	if (started_kfree)
		unregister_trace_kfree_skb(on_kfree_skb, NULL);
	started_set_state = false;
	started_kfree = false;
	tracepoint_synchronize_unregister();
}
