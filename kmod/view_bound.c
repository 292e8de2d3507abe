// SPDX-License-Identifier: GPL-2.0-only
/*
 * bound: bhash, by port. It contains every socket that holds a local port, even one
 * that is only bound, and neither listens nor has connected.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "bind_walk.h"
#include "compat.h"
#include "dump.h"
#include "proc.h"
#include "tcp_lookup/contract.h"

static unsigned int bound_buckets(const struct net *net)
{
	return tl_hashinfo(net)->bhash_size;
}

static unsigned int bound_find(const struct net *net, unsigned int from, unsigned int to)
{
	const struct inet_bind_hashbucket *bhash = tl_hashinfo(net)->bhash;

	while (from < to && hlist_empty(&bhash[from].chain))
		from++;
	return from;
}

static const struct tl_table bound_table = {
	.columns = TCP_LOOKUP_COLUMNS_BOUND,
	.buckets = bound_buckets,
	.find = bound_find,
	.take = tl_bind_walk_take,
};

static int bound_open(struct inode *inode, struct file *file)
{
	return tl_dump_open(inode, file, &bound_table);
}

const struct proc_ops tl_bound_ops = {
	.proc_open = bound_open,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = tl_dump_release,
};
