// SPDX-License-Identifier: GPL-2.0-only
/*
 * tcp_lookup: what the kernel's TCP socket tables contain, and which socket a SYN
 * would find in them. See include/tcp_lookup/contract.h and docs/proc.md.
 *
 * The module changes nothing in the network stack. It only has a directory in
 * each namespace's /proc/net; everything else belongs to an open file, even the
 * probes of the trace.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "pernet.h"
#include "proc.h"
#include "trace_probes.h"
#include "trace_segment.h"
#include "version.h"

unsigned int tl_pernet_id;

static int __net_init pernet_init(struct net *net)
{
	struct tl_pernet *pernet = tl_pernet(net);

	tl_trace_net_init(&pernet->trace);
	pernet->dir = tl_proc_create(net);
	return pernet->dir ? 0 : -ENOMEM;
}

/*
 * Also runs for every namespace when the module is unloaded. Runs before TCP's own exit,
 * which frees a private ehash: by then no view uses it any more.
 *
 * A probe may have taken the namespace from the table of segments just before
 * tl_segment_forget(), and reads tl_pernet() with preemption disabled. What that
 * points to is freed after this exit: the grace period here keeps it alive until
 * such a probe is done. One grace period serves all namespaces of the batch.
 */
static void __net_exit pernet_exit_batch(struct list_head *nets)
{
	struct net *net;

	list_for_each_entry(net, nets, exit_list) {
		tl_proc_remove(tl_pernet(net)->dir);
		tl_segment_forget(net);
	}
	synchronize_rcu();
}

static struct pernet_operations pernet_ops = {
	.init = pernet_init,
	.exit_batch = pernet_exit_batch,
	.id = &tl_pernet_id,
	.size = sizeof(struct tl_pernet),
};

static int __init tcp_lookup_init(void)
{
	int err = tl_probes_init();

	if (err)
		return err;
	err = register_pernet_subsys(&pernet_ops);
	if (err) {
		tl_probes_remove();
		tl_probes_exit();
	}
	return err;
}

static void __exit tcp_lookup_exit(void)
{
	tl_probes_remove();
	unregister_pernet_subsys(&pernet_ops);
	tl_probes_exit();
}

module_init(tcp_lookup_init);
module_exit(tcp_lookup_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(TCP_LOOKUP_VERSION);
MODULE_DESCRIPTION("TCP's socket lookup tables, and what a SYN would meet in them");
