// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoint skb:kfree_skb has the reason, and the socket as const; since 7.0 or so. */
#include <trace/events/skb.h>

static void probe(void *data, struct sk_buff *skb, void *location, enum skb_drop_reason reason,
		  const struct sock *rx_sk)
{
}

int probe_register(void);
int probe_register(void)
{
	return register_trace_kfree_skb(probe, NULL);
}
