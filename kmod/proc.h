/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /proc/net/tcp_lookup/, the views of one namespace.
 *
 * Every view's data (pde_data()) is its struct net. An open view pins the
 * namespace with a reference; proc_remove() in the namespace's exit keeps a closed
 * one from being opened again.
 */
#ifndef TCP_LOOKUP_PROC_H
#define TCP_LOOKUP_PROC_H

#include <linux/proc_fs.h>
#include <linux/types.h>

struct inode;
struct net;

struct tl_view {
	const char *name;
	umode_t mode;
	const struct proc_ops *ops;
};

extern const struct proc_ops tl_info_ops;
extern const struct proc_ops tl_listeners_ops;
extern const struct proc_ops tl_bound_ops;
extern const struct proc_ops tl_ehash_ops;
extern const struct proc_ops tl_lookup_ops;
extern const struct proc_ops tl_trace_ops;

/*
 * For a view's open: its namespace, with a reference for as long as the file is
 * open (put_net()). An ERR_PTR if the namespace is being removed (-ENXIO), and
 * from the second if the opener has no CAP_NET_ADMIN there (-EPERM). Checked at
 * open, not at use, since a descriptor may be passed on.
 */
struct net *tl_proc_get_net(const struct inode *inode);
struct net *tl_proc_get_net_as_admin(const struct inode *inode);

/* The directory and every view in it, or NULL and nothing. */
struct proc_dir_entry *tl_proc_create(struct net *net);

/*
 * Waits for the calls under way in any view, then closes the files that are
 * still open: their readers get an error from then on.
 */
void tl_proc_remove(struct proc_dir_entry *dir);

#endif
