// SPDX-License-Identifier: GPL-2.0-only
/*
 * The places of the arguments that the trace's handlers read, in functions that a header
 * declares and that no kernel has changed yet.
 */
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

void probe(struct net *net, struct sock *sk, struct sk_buff *skb);
void probe(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	tcp_rcv_established(sk, skb);
	(void)tcp_rcv_state_process(sk, skb);
	(void)tcp_conn_request(NULL, NULL, sk, skb);
	(void)__ip_local_out(net, sk, skb);
	(void)ip6_xmit(sk, skb, (struct flowi6 *)NULL, 0, NULL, 0, 0);
}
