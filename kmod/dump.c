// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/string.h>
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
	unsigned int next_bucket;	/* the first that is not in batch yet, or not whole */
	bool has_more;			/* that bucket: it is to be continued */
	int err;			/* it cannot be, until a seek to the start */
	struct tl_batch batch;
	unsigned int at;		/* in batch: the row to print next */
};

/* How many buckets are scanned at a time, which takes some tens of microseconds. */
#define DUMP_SCAN 4096U

/* Takes the next bucket that is not empty, or moves on by DUMP_SCAN if all these are. */
static int dump_take(struct dump *dump, unsigned int buckets)
{
	unsigned int to = min(dump->next_bucket + DUMP_SCAN, buckets);
	int more;

	dump->at = 0;
	dump->batch.count = 0;
	if (!dump->has_more) {
		dump->next_bucket = dump->table->find(dump->net, dump->next_bucket, to);
		if (dump->next_bucket == to)
			return 0;
	}
	more = dump->table->take(&dump->batch, dump->net, dump->next_bucket);
	if (more < 0)
		return more;
	dump->has_more = more;
	if (!more)
		dump->next_bucket++;
	return 0;
}

/* The first row of the next batch; NULL: no more. */
static struct tl_row *dump_next_batch(struct dump *dump)
{
	unsigned int buckets = dump->table->buckets(dump->net);

	while (!dump->err && dump->at == dump->batch.count) {
		if (dump->next_bucket >= buckets)
			return NULL;
		/* The next read() continues here, even one that the kernel restarts. */
		if (signal_pending(current))
			return ERR_PTR(-ERESTARTSYS);
		cond_resched();
		dump->err = dump_take(dump, buckets);
	}
	return dump->err ? ERR_PTR(dump->err) : dump->batch.rows;
}

/* The current row, or the first of the next non-empty bucket; NULL: no more. */
static struct tl_row *dump_row(struct dump *dump)
{
	if (dump->at < dump->batch.count)
		return &dump->batch.rows[dump->at];
	return dump_next_batch(dump);
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

	tl_batch_clear(&dump->batch);
	dump->next_bucket = 0;
	dump->has_more = false;
	dump->err = 0;
	dump->at = 0;
	return SEQ_START_TOKEN;
}

/* dump_show() has already moved past the rows that it has printed. */
static void *dump_next(struct seq_file *seq, void *shown, loff_t *pos)
{
	++*pos;
	return dump_row(seq->private);
}

/* Keeps the rest of the batch: the next read() continues with it. */
static void dump_stop(struct seq_file *seq, void *shown)
{
}

/* The beginning of a line in the buffer. */
struct dump_head {
	const char *text;	/* NULL: no line is there yet */
	size_t size;
};

/* Whether the line of this row begins like that of the row before. */
static bool dump_same_head(const struct dump *dump, const struct tl_row *row,
			   const struct dump_head *head)
{
	/* Another batch has replaced the row before its first one. */
	return head->text && dump->at && tl_row_alike(row, row - 1);
}

/*
 * Prints as many rows as there is room for, from this one on: a "record" of seq_file. On a port
 * with many connections most lines begin like the one before, which takes half as long.
 */
static void dump_show_rows(struct seq_file *seq, struct tl_row *row)
{
	struct dump *dump = seq->private;
	struct tl_line line = { .user_ns = seq_user_ns(seq) };
	struct dump_head head = { };
	size_t room, used = 0;
	char *text, *begin, *at;

	room = seq_get_buf(seq, &text);
	for (; room - used >= TL_LINE_MAX && !IS_ERR_OR_NULL(row); row = dump_row(dump)) {
		line.row = row;
		begin = text + used;
		if (dump_same_head(dump, row, &head)) {
			memcpy(begin, head.text, head.size);
			at = begin + head.size;
		} else {
			at = tl_columns_put_head(begin, &dump->columns, &line);
			head = (struct dump_head) { .text = begin, .size = at - begin };
		}
		used = tl_columns_put_rest(at, &dump->columns, &line) - text;
		dump->at++;
	}
	/* No room for a single one: seq_file calls again with an empty buffer. */
	seq_commit(seq, used ? used : -1);
}

static int dump_show(struct seq_file *seq, void *what)
{
	const struct dump *dump = seq->private;

	if (what == SEQ_START_TOKEN)
		tl_columns_show_header(seq, &dump->columns);
	else
		dump_show_rows(seq, what);
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

	err = tl_columns_reserve(file->private_data);
	if (err)
		goto release;
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
