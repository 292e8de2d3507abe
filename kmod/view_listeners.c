// SPDX-License-Identifier: GPL-2.0-only
/* listeners: lhash2, which the receive path searches after a miss in ehash. */
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "compat.h"
#include "dump.h"
#include "proc.h"
#include "tcp_lookup/contract.h"

static unsigned int listeners_buckets(const struct net *net)
{
	return tl_hashinfo(net)->lhash2_mask + 1;
}

static unsigned int listeners_find(const struct net *net, unsigned int from, unsigned int to)
{
	const struct inet_listen_hashbucket *lhash2 = tl_hashinfo(net)->lhash2;

	while (from < to && tl_lhash2_empty(&lhash2[from]))
		from++;
	return from;
}

static void listeners_copy(struct net *net, unsigned int bucket, struct tl_batch *batch)
{
	struct inet_listen_hashbucket *head = &tl_hashinfo(net)->lhash2[bucket];
	unsigned int position = 0;
	struct sock *sk;

	/* Without _bh, as everywhere in the kernel: no softirq takes this lock. */
	spin_lock(&head->lock);
	for (sk = tl_lhash2_first(head); sk; sk = tl_lhash2_next(sk)) {
		if (net_eq(sock_net(sk), net))
			tl_batch_add(batch, sk, bucket, position);
		position++;
	}
	spin_unlock(&head->lock);
}

static int listeners_take(struct tl_batch *batch, struct net *net, unsigned int bucket)
{
	return tl_batch_take(batch, listeners_copy, net, bucket);
}

static const struct tl_table listeners_table = {
	.columns = TCP_LOOKUP_COLUMNS_LISTENERS,
	.buckets = listeners_buckets,
	.find = listeners_find,
	.take = listeners_take,
};

static int listeners_open(struct inode *inode, struct file *file)
{
	return tl_dump_open(inode, file, &listeners_table);
}

const struct proc_ops tl_listeners_ops = {
	.proc_open = listeners_open,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = tl_dump_release,
};
