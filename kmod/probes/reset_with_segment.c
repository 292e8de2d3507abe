// SPDX-License-Identifier: GPL-2.0-only
/* tcp_reset(sk, skb); before 5.11 without the segment. */
#include <net/tcp.h>

void probe(struct sock *sk, struct sk_buff *skb);
void probe(struct sock *sk, struct sk_buff *skb)
{
	tcp_reset(sk, skb);
}
