// SPDX-License-Identifier: GPL-2.0-only
/*
 * tcp_lookup: what the kernel's TCP socket tables hold, and what a SYN would
 * meet in them. See include/tcp_lookup/contract.h and docs/proc.md.
 *
 * The module changes nothing in the network stack. All it has is a directory
 * in each namespace's /proc/net; everything else belongs to an open file.
 */
#include <linux/module.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "proc.h"
#include "version.h"

static unsigned int pernet_id;

struct pernet {
	struct proc_dir_entry *dir;
};

static int __net_init pernet_init(struct net *net)
{
	struct pernet *pernet = net_generic(net, pernet_id);

	pernet->dir = tl_proc_create(net);
	return pernet->dir ? 0 : -ENOMEM;
}

/*
 * Also for every namespace when the module goes. Comes before TCP's own exit,
 * which frees a private ehash: no view can be in it any more by then.
 */
static void __net_exit pernet_exit(struct net *net)
{
	struct pernet *pernet = net_generic(net, pernet_id);

	tl_proc_remove(pernet->dir);
}

static struct pernet_operations pernet_ops = {
	.init = pernet_init,
	.exit = pernet_exit,
	.id = &pernet_id,
	.size = sizeof(struct pernet),
};

static int __init tcp_lookup_init(void)
{
	return register_pernet_subsys(&pernet_ops);
}

static void __exit tcp_lookup_exit(void)
{
	unregister_pernet_subsys(&pernet_ops);
}

module_init(tcp_lookup_init);
module_exit(tcp_lookup_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(TCP_LOOKUP_VERSION);
MODULE_DESCRIPTION("TCP's socket lookup tables, and what a SYN would meet in them");
