// SPDX-License-Identifier: GPL-2.0-only
/* sk_uid(); before 6.17 sock_i_uid(). */
#include <net/sock.h>

kuid_t probe(const struct sock *sk);
kuid_t probe(const struct sock *sk)
{
	return sk_uid(sk);
}
