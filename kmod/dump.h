/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A view that shows a whole hash table: a header, then bucket after bucket.
 * A struct tl_table holds the differences between the tables; opening, iterating
 * and releasing are shared.
 */
#ifndef TCP_LOOKUP_DUMP_H
#define TCP_LOOKUP_DUMP_H

#include "batch.h"

struct file;
struct inode;

struct tl_table {
	const char *columns;	/* TCP_LOOKUP_COLUMNS_… */
	unsigned int (*buckets)(const struct net *net);
	/*
	 * The first bucket from "from" on and before "to" that is not empty; "to" if all
	 * are. Without a lock: what is added at this moment may be missed.
	 */
	unsigned int (*find)(const struct net *net, unsigned int from, unsigned int to);
	/*
	 * Replaces the rows of batch by those of one bucket that belong to net. May
	 * sleep. 0; 1 if there may be more, for the next call; or an errno, and no rows.
	 */
	int (*take)(struct tl_batch *batch, struct net *net, unsigned int bucket);
};

/* For proc_ops, whose other operations are seq_read_iter and seq_lseek. */
int tl_dump_open(struct inode *inode, struct file *file, const struct tl_table *table);
int tl_dump_release(struct inode *inode, struct file *file);

#endif
