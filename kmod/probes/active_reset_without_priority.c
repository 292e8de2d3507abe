// SPDX-License-Identifier: GPL-2.0-only
/* tcp_send_active_reset(sk, reason); before 6.12 a gfp_t came in between. */
#include <net/rstreason.h>
#include <net/tcp.h>

void probe(struct sock *sk);
void probe(struct sock *sk)
{
	tcp_send_active_reset(sk, SK_RST_REASON_NOT_SPECIFIED);
}
