// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <net/net_namespace.h>

#include "columns.h"
#include "compat.h"
#include "dump.h"
#include "proc.h"
#include "row.h"

/* One open file. seq_file's own mutex serialises its readers. */
struct dump {
	const struct tl_table *table;
	struct net *net;		/* held while the file is open */
	struct tl_columns columns;
	unsigned int next_bucket;	/* the first that is not in batch yet */
	struct tl_batch batch;
	unsigned int at;		/* in batch: the row to print next */
};

/* The current row, or the first of the next non-empty bucket; NULL: no more. */
static struct tl_row *dump_row(struct dump *dump)
{
	unsigned int buckets = dump->table->buckets(dump->net);
	int err;

	while (dump->at == dump->batch.count) {
		if (dump->next_bucket >= buckets)
			return NULL;
		/* The next read() continues here, also one that the kernel restarts. */
		if (signal_pending(current))
			return ERR_PTR(-ERESTARTSYS);
		cond_resched();
		dump->at = 0;
		err = dump->table->take(&dump->batch, dump->net, dump->next_bucket);
		if (err)
			return ERR_PTR(err);
		dump->next_bucket++;
	}
	return &dump->batch.rows[dump->at];
}

/*
 * seq_file begins each read() here, with the position it has reached. That is
 * always the position of this dump, since a seek makes seq_file start again at 0.
 */
static void *dump_start(struct seq_file *seq, loff_t *pos)
{
	struct dump *dump = seq->private;

	if (*pos)
		return dump_row(dump);

	dump->next_bucket = 0;
	dump->batch.count = 0;
	dump->at = 0;
	return SEQ_START_TOKEN;
}

static void *dump_next(struct seq_file *seq, void *shown, loff_t *pos)
{
	struct dump *dump = seq->private;

	++*pos;
	if (shown != SEQ_START_TOKEN)
		dump->at++;
	return dump_row(dump);
}

/* Keeps the rest of the batch: the next read() continues with it. */
static void dump_stop(struct seq_file *seq, void *shown)
{
}

static int dump_show(struct seq_file *seq, void *what)
{
	const struct dump *dump = seq->private;
	struct tl_line line = { .row = what };

	if (what == SEQ_START_TOKEN)
		tl_columns_show_header(seq, &dump->columns);
	else
		tl_columns_show_line(seq, &dump->columns, &line);
	return 0;
}

static const struct seq_operations dump_ops = {
	.start = dump_start,
	.next = dump_next,
	.stop = dump_stop,
	.show = dump_show,
};

int tl_dump_open(struct inode *inode, struct file *file, const struct tl_table *table)
{
	struct net *net = tl_proc_get_net(inode);
	struct dump *dump;
	int err;

	if (IS_ERR(net))
		return PTR_ERR(net);

	err = -ENOMEM;
	dump = __seq_open_private(file, &dump_ops, sizeof(*dump));
	if (!dump)
		goto put_net;

	err = tl_columns_resolve(&dump->columns, &tl_row_columns, table->columns);
	if (err)
		goto release;

	dump->table = table;
	dump->net = net;
	return 0;

release:
	seq_release_private(inode, file);
put_net:
	put_net(net);
	return err;
}

int tl_dump_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct dump *dump = seq->private;

	tl_batch_free(&dump->batch);
	put_net(dump->net);
	return seq_release_private(inode, file);
}
