// SPDX-License-Identifier: GPL-2.0-only
/* ehash: the established hash, with the connections of any state but LISTEN. */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "compat.h"
#include "dump.h"
#include "proc.h"
#include "tcp_lookup/contract.h"

static unsigned int ehash_buckets(const struct net *net)
{
	return tl_hashinfo(net)->ehash_mask + 1;
}

static unsigned int ehash_find(const struct net *net, unsigned int from, unsigned int to)
{
	const struct inet_ehash_bucket *ehash = tl_hashinfo(net)->ehash;

	while (from < to && hlist_nulls_empty(&ehash[from].chain))
		from++;
	return from;
}

static void ehash_copy(struct net *net, unsigned int bucket, struct tl_batch *batch)
{
	struct inet_hashinfo *hashinfo = tl_hashinfo(net);
	const struct hlist_nulls_head *chain = &hashinfo->ehash[bucket].chain;
	spinlock_t *lock = inet_ehash_lockp(hashinfo, bucket);
	const struct hlist_nulls_node *node;
	unsigned int position = 0;
	struct sock *sk;

	spin_lock_bh(lock);
	sk_nulls_for_each(sk, node, chain) {
		if (net_eq(sock_net(sk), net))
			tl_batch_add(batch, sk, bucket, position);
		position++;
	}
	spin_unlock_bh(lock);
}

static int ehash_take(struct tl_batch *batch, struct net *net, unsigned int bucket)
{
	return tl_batch_take(batch, ehash_copy, net, bucket);
}

static const struct tl_table ehash_table = {
	.columns = TCP_LOOKUP_COLUMNS_EHASH,
	.buckets = ehash_buckets,
	.find = ehash_find,
	.take = ehash_take,
};

static int ehash_open(struct inode *inode, struct file *file)
{
	return tl_dump_open(inode, file, &ehash_table);
}

const struct proc_ops tl_ehash_ops = {
	.proc_open = ehash_open,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = tl_dump_release,
};
