// SPDX-License-Identifier: GPL-2.0-only
#include <linux/refcount.h>
#include <net/inet_hashtables.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "pins.h"

void tl_pins_add(struct tl_pins *pins, struct sock *sk, const struct tl_row *row)
{
	if (refcount_inc_not_zero(&sk->sk_refcnt)) {
		pins->pin[pins->count++] = (struct tl_pin) { .sk = sk, .local = row->local };
		pins->usable++;
	} else {
		pins->usable = 0;
	}
}

bool tl_pin_has_its_address(const struct tl_pin *pin)
{
	const struct sock *sk = pin->sk;

	if (sk->sk_family == AF_INET6)
		return ipv6_addr_equal(&sk->sk_v6_rcv_saddr, &pin->local.v6);
	return sk->sk_rcv_saddr == pin->local.v4;
}

void tl_pins_release(struct tl_pins *pins)
{
	while (pins->count)
		sock_gen_put(pins->pin[--pins->count].sk);
	pins->usable = 0;
}
