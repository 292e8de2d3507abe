// SPDX-License-Identifier: GPL-2.0-only
/* tcp_send_active_reset(sk, priority), until 6.10. */
#include <net/tcp.h>

void probe(struct sock *sk);
void probe(struct sock *sk)
{
	tcp_send_active_reset(sk, GFP_ATOMIC);
}
