// SPDX-License-Identifier: GPL-2.0-only
/* sock_i_uid(), until 6.17. */
#include <net/sock.h>

kuid_t probe(struct sock *sk);
kuid_t probe(struct sock *sk)
{
	return sock_i_uid(sk);
}
