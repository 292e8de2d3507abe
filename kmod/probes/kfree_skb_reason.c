// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoint skb:kfree_skb has the reason; since 5.17. */
#include <trace/events/skb.h>

static void probe(void *data, struct sk_buff *skb, void *location, enum skb_drop_reason reason)
{
}

int probe_register(void);
int probe_register(void)
{
	return register_trace_kfree_skb(probe, NULL);
}
