// SPDX-License-Identifier: GPL-2.0-only
/* tcp_send_active_reset(sk, priority, reason), in 6.10 and 6.11. */
#include <net/rstreason.h>
#include <net/tcp.h>

void probe(struct sock *sk);
void probe(struct sock *sk)
{
	tcp_send_active_reset(sk, GFP_ATOMIC, SK_RST_REASON_NOT_SPECIFIED);
}
