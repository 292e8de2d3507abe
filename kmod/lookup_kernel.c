// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own lookup functions, called as tcp_v4_rcv() calls them. */
#include <linux/rcupdate.h>
#include <linux/refcount.h>

#include "compat.h"
#include "lookup.h"
#include "tcp_lookup/contract.h"

/* A hit comes with a reference, and may be of any kind. */
static struct sock *kernel_find_established(struct net *net, const struct tl_tuple *tuple)
{
	if (tuple->family == AF_INET6)
		return tl_inet6_lookup_established(net, &tuple->source.v6,
						   htons(tuple->source_port),
						   &tuple->destination.v6,
						   tuple->destination_port,
						   tuple->dif, tuple->sdif);
	return tl_inet_lookup_established(net, tuple->source.v4, htons(tuple->source_port),
					  tuple->destination.v4, tuple->destination_port,
					  tuple->dif, tuple->sdif);
}

/* A hit comes without a reference, and lives only until rcu_read_unlock(). */
static struct sock *kernel_find_listener(struct net *net, const struct tl_tuple *tuple)
{
	if (tuple->family == AF_INET6)
		return tl_inet6_lookup_listener(net, NULL, 0, &tuple->source.v6,
						htons(tuple->source_port),
						&tuple->destination.v6,
						tuple->destination_port,
						tuple->dif, tuple->sdif);
	return tl_inet_lookup_listener(net, NULL, 0, tuple->source.v4,
				       htons(tuple->source_port), tuple->destination.v4,
				       tuple->destination_port, tuple->dif, tuple->sdif);
}

unsigned int tl_lookup_kernel(struct net *net, const struct tl_tuple *tuple,
			      struct tl_step *step, bool whole_row)
{
	unsigned int caveats = 0;
	struct sock *sk;
	bool referenced;

	rcu_read_lock();
	/*
	 * A program attached here also chooses for real segments, but of our query
	 * it sees only the 4-tuple and the device.
	 */
	if (rcu_access_pointer(net->bpf.run_array[NETNS_BPF_SK_LOOKUP]))
		caveats |= TL_CAVEAT_SK_LOOKUP;

	sk = kernel_find_established(net, tuple);
	referenced = sk;
	if (!sk) {
		sk = kernel_find_listener(net, tuple);
		/* If it was just closed, treat it as not found. */
		if (sk && !refcount_read(&sk->sk_refcnt))
			sk = NULL;
	}
	step->found = sk;
	step->result = sk ? TL_WORD_OF(TCP_LOOKUP_HIT) : TL_WORD_OF(TCP_LOOKUP_MISS);
	if (sk && whole_row)
		tl_row_fill(&step->row, sk);
	else if (sk)
		tl_row_identify(&step->row, sk);
	if (referenced)
		sock_gen_put(sk);
	rcu_read_unlock();
	return caveats;
}
