// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/proc_fs.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "proc.h"
#include "tcp_lookup/contract.h"

/*
 * Any user may try to open "lookup" and "trace"; their open requires CAP_NET_ADMIN in the
 * user namespace that owns the network namespace. A mode of 0600 would exclude the
 * root of "unshare -Urn": that namespace is made before its root has a uid that
 * could own the file.
 */
static const struct tl_view views[] = {
	{ TCP_LOOKUP_VIEW_INFO, 0444, &tl_info_ops },
	{ TCP_LOOKUP_VIEW_LISTENERS, 0444, &tl_listeners_ops },
	{ TCP_LOOKUP_VIEW_BOUND, 0444, &tl_bound_ops },
	{ TCP_LOOKUP_VIEW_EHASH, 0444, &tl_ehash_ops },
	{ TCP_LOOKUP_VIEW_LOOKUP, 0666, &tl_lookup_ops },
	{ TCP_LOOKUP_VIEW_TRACE, 0444, &tl_trace_ops },
};

struct net *tl_proc_get_net(const struct inode *inode)
{
	return maybe_get_net(pde_data(inode)) ?: ERR_PTR(-ENXIO);
}

struct net *tl_proc_get_net_as_admin(const struct inode *inode)
{
	struct net *net = tl_proc_get_net(inode);

	if (IS_ERR(net) || ns_capable(net->user_ns, CAP_NET_ADMIN))
		return net;
	put_net(net);
	return ERR_PTR(-EPERM);
}

struct proc_dir_entry *tl_proc_create(struct net *net)
{
	struct proc_dir_entry *dir = proc_net_mkdir(net, TCP_LOOKUP_DIR, net->proc_net);
	unsigned int i;

	if (!dir)
		return NULL;

	for (i = 0; i < ARRAY_SIZE(views); i++) {
		if (!proc_create_data(views[i].name, views[i].mode, dir, views[i].ops, net)) {
			proc_remove(dir);
			return NULL;
		}
	}
	return dir;
}

void tl_proc_remove(struct proc_dir_entry *dir)
{
	proc_remove(dir);	/* and what is in it */
}
