// SPDX-License-Identifier: GPL-2.0-only
/*
 * lookup: write 4-tuples, read what a SYN with each would meet.
 *
 * The answer is computed during the write, belongs to the open file, and stays
 * until the next write. Writing also goes back to the start of the file, so that a
 * shell can ask and read over one descriptor:
 *
 *	exec 3<>/proc/net/tcp_lookup/lookup
 *	echo "10.0.0.1:40000 10.0.0.2:8888" >&3; cat <&3
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <net/net_namespace.h>

#include "columns.h"
#include "compat.h"
#include "lookup.h"
#include "proc.h"
#include "tcp_lookup/contract.h"

/* One open file. seq_file::lock, which every read holds, guards answer. */
struct lookup_file {
	struct net *net;		/* held while the file is open */
	struct tl_columns columns;
	bool asked;
	struct tl_answer answer;
};

/* Position 0 is the header, position n the n-th step. */
static void *lookup_view_step(struct lookup_file *opened, loff_t pos)
{
	if (!pos)
		return SEQ_START_TOKEN;
	if (opened->answer.refusal.err)
		return pos == 1 ? &opened->answer.refusal : NULL;
	return pos <= opened->answer.count ? &opened->answer.steps[pos - 1] : NULL;
}

static void *lookup_view_start(struct seq_file *seq, loff_t *pos)
{
	return lookup_view_step(seq->private, *pos);
}

static void *lookup_view_next(struct seq_file *seq, void *shown, loff_t *pos)
{
	return lookup_view_step(seq->private, ++*pos);
}

static void lookup_view_stop(struct seq_file *seq, void *shown)
{
}

static const char *lookup_view_errno_name(int err)
{
	switch (err) {
	case -EINVAL:
		return "EINVAL";
	case -E2BIG:
		return "E2BIG";
	case -ENOMEM:
		return "ENOMEM";
	default:	/* -ERESTARTSYS, which user space never sees */
		return "EINTR";
	}
}

static void lookup_view_show_refusal(struct seq_file *seq, const struct tl_refusal *refusal)
{
	seq_printf(seq, "%-6s ", lookup_view_errno_name(refusal->err));
	if (refusal->line)
		seq_printf(seq, "%-4u %-6u", refusal->line, refusal->column);
	else
		seq_printf(seq, "%-4s %-6s", "-", "-");
	seq_printf(seq, " %s\n", refusal->reason);
}

static int lookup_view_show(struct seq_file *seq, void *what)
{
	const struct lookup_file *opened = seq->private;
	const struct tl_step *step = what;
	struct tl_line line = { .step = step, .user_ns = seq_user_ns(seq) };

	BUILD_BUG_ON(strcmp(TCP_LOOKUP_COLUMNS_LOOKUP_ERROR, "error line column reason"));

	if (opened->answer.refusal.err) {
		if (what == SEQ_START_TOKEN)
			seq_puts(seq, "error  line column reason\n");
		else
			lookup_view_show_refusal(seq, what);
		return 0;
	}
	if (what == SEQ_START_TOKEN) {
		if (!opened->asked)
			seq_puts(seq, "# write here: SOURCE:PORT DESTINATION:PORT [dev NAME]\n");
		tl_columns_show_header(seq, &opened->columns);
		return 0;
	}
	line.row = step->found ? &step->row : NULL;
	tl_columns_show_line(seq, &opened->columns, &line);
	return 0;
}

static const struct seq_operations lookup_seq_ops = {
	.start = lookup_view_start,
	.next = lookup_view_next,
	.stop = lookup_view_stop,
	.show = lookup_view_show,
};

/* size bytes of user space, to be freed with kvfree(); or an ERR_PTR. */
static char *lookup_view_copy(const char __user *from, size_t size)
{
	char *text = kvmalloc(size, GFP_KERNEL_ACCOUNT);

	if (!text)
		return ERR_PTR(-ENOMEM);
	if (!copy_from_user(text, from, size))
		return text;
	kvfree(text);
	return ERR_PTR(-EFAULT);
}

static int lookup_view_ask(struct lookup_file *opened, const char *text, size_t size)
{
	if (size > TCP_LOOKUP_WRITE_MAX)
		return tl_lookup_refuse(&opened->answer, -E2BIG,
					"write_is_longer_than_" __stringify(TCP_LOOKUP_WRITE_MAX)
					"_bytes:_split_it");
	if (IS_ERR(text))
		return tl_lookup_refuse(&opened->answer, PTR_ERR(text), "out_of_memory");
	return tl_lookup_ask(opened->net, text, size, &opened->answer);
}

static ssize_t lookup_view_write(struct file *file, const char __user *from, size_t size,
				 loff_t *pos)
{
	struct seq_file *seq = file->private_data;
	struct lookup_file *opened = seq->private;
	char *text = NULL;
	int err;

	if (size <= TCP_LOOKUP_WRITE_MAX)
		text = lookup_view_copy(from, size);
	if (text == ERR_PTR(-EFAULT))
		return -EFAULT;

	mutex_lock(&seq->lock);
	err = lookup_view_ask(opened, text, size);
	opened->asked = true;
	/* The reader is before the first line of the new answer. */
	seq->index = 0;
	seq->from = 0;
	seq->count = 0;
	seq->read_pos = 0;
	/* Not by *pos alone: write() drops that when the write fails. */
	file->f_pos = 0;
	mutex_unlock(&seq->lock);

	if (!IS_ERR(text))
		kvfree(text);
	*pos = 0;
	return err ?: size;
}

static int lookup_view_open(struct inode *inode, struct file *file)
{
	struct net *net = tl_proc_get_net_as_admin(inode);
	struct lookup_file *opened;
	int err;

	if (IS_ERR(net))
		return PTR_ERR(net);

	err = -ENOMEM;
	opened = __seq_open_private(file, &lookup_seq_ops, sizeof(*opened));
	if (!opened)
		goto put_net;

	err = tl_columns_reserve(file->private_data);
	if (err)
		goto release;
	err = tl_columns_resolve(&opened->columns, &tl_row_columns,
				 TCP_LOOKUP_COLUMNS_LOOKUP);
	if (err)
		goto release;

	opened->net = net;
	return 0;

release:
	seq_release_private(inode, file);
put_net:
	put_net(net);
	return err;
}

static int lookup_view_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct lookup_file *opened = seq->private;

	tl_answer_free(&opened->answer);
	put_net(opened->net);
	return seq_release_private(inode, file);
}

const struct proc_ops tl_lookup_ops = {
	.proc_open = lookup_view_open,
	.proc_read_iter = seq_read_iter,
	.proc_write = lookup_view_write,
	.proc_lseek = seq_lseek,
	.proc_release = lookup_view_release,
};
