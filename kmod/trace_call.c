// SPDX-License-Identifier: GPL-2.0-only
#include <linux/skbuff.h>

#include "trace_call.h"
#include "trace_reader.h"
#include "trace_segment.h"

bool tl_call_segment(struct tl_call *call, const struct net *net, struct sk_buff *skb,
		     u16 family, bool in_tcp)
{
	const struct tl_window *window;

	if (!tl_trace_wanted(net) ||
	    !tl_segment_parse(&call->event.segment, skb, family, in_tcp))
		return false;

	call->net = net;
	call->skb = skb;
	call->in_tcp = in_tcp;
	window = tl_window_here();
	if (window && window->skb == skb) {
		call->event.id = window->id;
		call->event.ifindex = window->ifindex;
	} else {
		call->event.id = tl_segment_identify(&call->event.segment, skb, net);
	}
	return true;
}

void tl_call_open(struct tl_call *call)
{
	const struct tl_window inner = {
		.id = call->event.id,
		.skb = call->skb,
		.segment = call->event.segment,
		.net = call->net,
		.ifindex = call->event.ifindex,
		.in_tcp = call->in_tcp,
	};

	call->window = tl_window_open(&call->outer, &inner);
}

void tl_call_close(struct tl_call *call)
{
	if (call->window)
		tl_window_close(&call->outer);
}

void tl_call_inherit(struct tl_call *call, const struct net *net)
{
	const struct tl_window *window = tl_window_here();

	call->net = net;
	if (window) {
		call->event.id = window->id;
		call->event.ifindex = window->ifindex;
	}
}
