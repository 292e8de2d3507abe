// SPDX-License-Identifier: GPL-2.0-only
/*
 * tcp_lookup: what the kernel's TCP socket tables hold, and what a SYN would
 * meet in them. See include/tcp_lookup/contract.h and docs/proc.md.
 *
 * The module changes nothing in the network stack. All it has is a directory
 * in each namespace's /proc/net; everything else belongs to an open file, even
 * the probes of the trace.
 */
#include <linux/module.h>

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
 * Also for every namespace when the module goes. Comes before TCP's own exit,
 * which frees a private ehash: no view can be in it any more by then.
 */
static void __net_exit pernet_exit(struct net *net)
{
	tl_proc_remove(tl_pernet(net)->dir);
	tl_segment_forget(net);
}

static struct pernet_operations pernet_ops = {
	.init = pernet_init,
	.exit = pernet_exit,
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
