// SPDX-License-Identifier: GPL-2.0-only
/* … and the receiving socket; since 6.11. */
#include <trace/events/skb.h>

static void probe(void *data, struct sk_buff *skb, void *location, enum skb_drop_reason reason,
		  struct sock *rx_sk)
{
}

int probe_register(void);
int probe_register(void)
{
	return register_trace_kfree_skb(probe, NULL);
}
