// SPDX-License-Identifier: GPL-2.0-only
/* A segment is dropped; a socket's state changes; a RST ends a connection. */
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <net/tcp.h>
#include <trace/events/skb.h>
#include <trace/events/sock.h>
#include <trace/events/tcp.h>

#include "compat.h"
#include "trace_points.h"
#include "trace_reader.h"
#include "trace_segment.h"
#include "trace_window.h"

/*
 * skb:kfree_skb. Any skb of the machine may be freed here, in any state: skb->dev
 * shares its memory with what TCP and UDP keep in a queued skb. So only two kinds of
 * drops are reported: of segments that already have a number, and by a netfilter hook,
 * where skb->dev is still a device.
 */
static void point_dropped(struct sk_buff *skb, u32 reason)
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
static void point_set_state(void *unused, const struct sock *sk, const int before, const int after)
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
	/* A child that is being copied from its listener has no cookie of its own yet. */
	if (before != TCP_LISTEN || after != TCP_SYN_RECV)
		event.cookie = tl_socket_cookie((struct sock *)sk);
	tl_trace_emit(sock_net(sk), &event);
}

/*
 * tcp:tcp_receive_reset, the first thing that tcp_reset() does. A probe on that function would
 * not see a call that the compiler has inlined, as GCC does with the one for SYN-SENT where the
 * kernel is built with KASAN.
 */
static void point_reset(void *unused, struct sock *sk)
{
	struct tl_event event = { .what = TL_RESET };
	const struct tl_window *window;

	if (!tl_trace_wanted(sock_net(sk)))
		return;

	window = tl_window_here();
	if (window) {
		event.id = window->id;
		event.ifindex = window->ifindex;
		event.segment = window->segment;
	} else {
		tl_event_ends(&event, sk);
	}
	tl_event_socket(&event, sk);
	tl_trace_emit(sock_net(sk), &event);
}

/* A tracepoint that is not exported, and so is found by its name. */
struct named_point {
	const char *name;
	void *handler;
	struct tracepoint *point;
	bool started;
};

static struct named_point named_points[] = {
	{ "inet_sock_set_state", point_set_state },
	{ "tcp_receive_reset", point_reset },
};

static void named_point_find(struct tracepoint *point, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(named_points); i++)
		if (!strcmp(point->name, named_points[i].name))
			named_points[i].point = point;
}

static int named_points_start(void)
{
	unsigned int i;
	int err;

	check_trace_callback_type_inet_sock_set_state(point_set_state);
	check_trace_callback_type_tcp_receive_reset(point_reset);
	for_each_kernel_tracepoint(named_point_find, NULL);
	for (i = 0; i < ARRAY_SIZE(named_points); i++) {
		if (!named_points[i].point)
			return -ENOENT;
		err = tracepoint_probe_register(named_points[i].point, named_points[i].handler,
						NULL);
		if (err)
			return err;
		named_points[i].started = true;
	}
	return 0;
}

static void named_points_stop(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(named_points); i++) {
		if (named_points[i].started)
			tracepoint_probe_unregister(named_points[i].point,
						    named_points[i].handler, NULL);
		named_points[i].started = false;
	}
}

static bool point_kfree_started;

int tl_points_start(void)
{
	int err;

	tl_netfilter_place_find();
	err = register_trace_kfree_skb(tl_on_kfree_skb, point_dropped);
	if (err)
		return err;
	point_kfree_started = true;
	return named_points_start();
}

void tl_points_stop(void)
{
	named_points_stop();
	if (point_kfree_started)
		unregister_trace_kfree_skb(tl_on_kfree_skb, point_dropped);
	point_kfree_started = false;
	tracepoint_synchronize_unregister();
}
