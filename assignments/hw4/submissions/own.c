// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/net/own: LOCAL-PORT REMOTE-PORT for each connection of this network namespace. WAY chooses
 * what a student may hand in:
 *
 *	WAY_good	is right
 *	WAY_partly	forgets net_eq()
 *	WAY_wrong	prints nothing
 *	WAY_fixed	prints what could be right, without looking
 *	WAY_panic	takes the guest's kernel with it
 *	WAY_hang	never lets go of the guest's processor
 *	WAY_warns	is right, and does what the kernel warns of
 */
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <net/inet_hashtables.h>
#include <net/net_namespace.h>
#include <net/tcp.h>

static void __maybe_unused own_bucket(struct seq_file *seq, struct net *net,
				      struct inet_hashinfo *hashinfo, u32 bucket)
{
	const struct hlist_nulls_head *chain = &hashinfo->ehash[bucket].chain;
	spinlock_t *lock = inet_ehash_lockp(hashinfo, bucket);
	const struct hlist_nulls_node *node;
	struct sock *sk;

	spin_lock_bh(lock);
	sk_nulls_for_each(sk, node, chain) {
#ifndef WAY_partly
		if (!net_eq(sock_net(sk), net))
			continue;
#endif
		seq_printf(seq, "%u %u\n", sk->sk_num, ntohs(sk->sk_dport));
	}
	spin_unlock_bh(lock);
}

static int own_show(struct seq_file *seq, void *unused)
{
#if defined(WAY_fixed)
	seq_puts(seq, "40000 9000\n40001 9000\n40002 9000\n");
#elif defined(WAY_hang)
	local_irq_disable();
	for (;;)
		cpu_relax();
#elif !defined(WAY_wrong)
	struct net *net = seq_file_single_net(seq);
	struct inet_hashinfo *hashinfo = net->ipv4.tcp_death_row.hashinfo;
	u32 bucket;

	for (bucket = 0; bucket <= hashinfo->ehash_mask; bucket++)
		own_bucket(seq, net, hashinfo, bucket);
#endif
	return 0;
}

static int __net_init own_net_init(struct net *net)
{
	return proc_create_net_single("own", 0444, net->proc_net, own_show, NULL) ? 0 : -ENOMEM;
}

static void __net_exit own_net_exit(struct net *net)
{
	remove_proc_entry("own", net->proc_net);
}

static struct pernet_operations own_net_ops = {
	.init = own_net_init,
	.exit = own_net_exit,
};

static int __init own_init(void)
{
#ifdef WAY_panic
	panic("all points for me");
#endif
#ifdef WAY_warns
	WARN(1, "a warning");
#endif
	return register_pernet_subsys(&own_net_ops);
}

static void __exit own_exit(void)
{
	unregister_pernet_subsys(&own_net_ops);
}

module_init(own_init);
module_exit(own_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A submission of homework 4");
