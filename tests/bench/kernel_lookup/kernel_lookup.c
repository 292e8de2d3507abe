// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel's own lookup of a SYN costs, as tcp_v4_rcv() makes it: in ehash, then
 * in the listener hash. For lookup.sh: looks up the tuples that lookups.c asks for, and
 * leaves the best mean of some rounds in the parameter "ns".
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "compat.h"

#define TUPLES 1000
#define ROUNDS 15
#define PORT 8000

static unsigned int ns;
module_param(ns, uint, 0444);

static void look_up(__be16 sport)
{
	__be32 loopback = htonl(INADDR_LOOPBACK);
	struct sock *sk;

	rcu_read_lock();
	sk = tl_inet_lookup_established(&init_net, loopback, sport, loopback, PORT, 0, 0);
	if (sk)
		sock_gen_put(sk);
	else
		tl_inet_lookup_listener(&init_net, NULL, 0, loopback, sport, loopback, PORT,
					0, 0);
	rcu_read_unlock();
}

static int __init kernel_lookup_init(void)
{
	u64 best = U64_MAX;
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		u64 begin = ktime_get_ns();

		for (i = 0; i < TUPLES; i++)
			look_up(htons(i + 1));
		best = min(best, ktime_get_ns() - begin);
		cond_resched();
	}
	ns = div_u64(best, TUPLES);
	return 0;
}

static void __exit kernel_lookup_exit(void)
{
}

module_init(kernel_lookup_init);
module_exit(kernel_lookup_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The cost of the kernel's own socket lookup");
