// SPDX-License-Identifier: GPL-2.0-only
/* tcp_reset(sk), until 5.11. */
#include <net/tcp.h>

void probe(struct sock *sk);
void probe(struct sock *sk)
{
	tcp_reset(sk);
}
