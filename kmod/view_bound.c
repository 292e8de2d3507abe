// SPDX-License-Identifier: GPL-2.0-only
/*
 * bound: bhash, by port, where every socket stands that has a local port of its
 * own: also one that was bound and never told to listen or to connect.
 */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "compat.h"
#include "dump.h"
#include "proc.h"
#include "tcp_lookup/contract.h"

struct visit {
	struct tl_batch *batch;
	unsigned int bucket;
};

static void add(struct sock *sk, void *arg)
{
	struct visit *visit = arg;

	/* A port's sockets are no chain of the bucket: no position. */
	tl_batch_add(visit->batch, sk, visit->bucket, 0);
}

static unsigned int buckets(const struct net *net)
{
	return tl_hashinfo(net)->bhash_size;
}

static void copy(struct net *net, unsigned int bucket, struct tl_batch *batch)
{
	struct inet_bind_hashbucket *head = &tl_hashinfo(net)->bhash[bucket];
	struct visit visit = { .batch = batch, .bucket = bucket };
	struct inet_bind_bucket *tb;

	if (hlist_empty(&head->chain))
		return;

	spin_lock_bh(&head->lock);
	inet_bind_bucket_for_each(tb, &head->chain)
		if (net_eq(ib_net(tb), net))
			tl_bind_bucket_visit(tb, add, &visit);
	spin_unlock_bh(&head->lock);
}

static const struct tl_table bound = {
	.columns = TCP_LOOKUP_COLUMNS_BOUND,
	.buckets = buckets,
	.copy = copy,
};

static int bound_open(struct inode *inode, struct file *file)
{
	return tl_dump_open(inode, file, &bound);
}

const struct proc_ops tl_bound_ops = {
	.proc_open = bound_open,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = tl_dump_release,
};
