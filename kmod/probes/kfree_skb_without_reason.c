// SPDX-License-Identifier: GPL-2.0-only
/* The tracepoint skb:kfree_skb has only the location; until 5.17. */
#include <trace/events/skb.h>

static void probe(void *data, struct sk_buff *skb, void *location)
{
}

int probe_register(void);
int probe_register(void)
{
	return register_trace_kfree_skb(probe, NULL);
}
