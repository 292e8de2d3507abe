// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace: the receive path as it happens. A read waits for the next event.
 *
 * The probes are enabled for the first reader of all namespaces, and disabled soon
 * after the last. An open file keeps the module from being unloaded: poll() may sleep on
 * its wait queue, which is freed with the file.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/rculist.h>
#include <linux/seq_file.h>
#include <linux/uio.h>

#include "columns.h"
#include "compat.h"
#include "pernet.h"
#include "proc.h"
#include "tcp_lookup/contract.h"
#include "trace_caller.h"
#include "trace_probes.h"
#include "trace_reader.h"

/* One open file. seq_file::lock, which every read holds, guards columns to callers. */
struct trace_file {
	struct net *net;		/* held while the file is open */
	struct tl_columns columns;
	struct tl_event at_hand;
	struct tl_callers callers;
	struct tl_trace_reader reader;
};

/* Guards the lists of readers, and their count. */
static DEFINE_MUTEX(readers_lock);
static unsigned int readers;		/* in all namespaces */

/* --- text --------------------------------------------------------------------- */

static void *trace_view_peek(struct trace_file *opened)
{
	return tl_trace_reader_peek(&opened->reader, &opened->at_hand) ?
	       &opened->at_hand : NULL;
}

static void *trace_view_start(struct seq_file *seq, loff_t *pos)
{
	return *pos ? trace_view_peek(seq->private) : SEQ_START_TOKEN;
}

/* Called when a row is finally in the buffer: only now remove the event. */
static void *trace_view_next(struct seq_file *seq, void *shown, loff_t *pos)
{
	struct trace_file *opened = seq->private;

	++*pos;
	if (shown != SEQ_START_TOKEN)
		tl_trace_reader_consume(&opened->reader, &opened->at_hand);
	return trace_view_peek(opened);
}

static void trace_view_stop(struct seq_file *seq, void *shown)
{
}

static int trace_view_show(struct seq_file *seq, void *what)
{
	struct trace_file *opened = seq->private;
	const struct tl_line line = {
		.event = what,
		.net = opened->net,
		.callers = &opened->callers,
	};

	if (what == SEQ_START_TOKEN)
		tl_columns_show_header(seq, &opened->columns);
	else
		tl_columns_show_line(seq, &opened->columns, &line);
	return 0;
}

static const struct seq_operations trace_seq_ops = {
	.start = trace_view_start,
	.next = trace_view_next,
	.stop = trace_view_stop,
	.show = trace_view_show,
};

/* --- the file ------------------------------------------------------------------- */

/* The header, what did not fit into an earlier read, or an event. */
static bool trace_view_has_text(const struct seq_file *seq)
{
	const struct trace_file *opened = seq->private;

	return !seq->index || seq->count || tl_trace_reader_has_more(&opened->reader);
}

static ssize_t trace_view_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct seq_file *seq = iocb->ki_filp->private_data;
	struct trace_file *opened = seq->private;
	ssize_t size = 0;
	int err;

	/* Another thread may have taken the event of this wakeup: 0 is not the end. */
	while (!size && iov_iter_count(to)) {
		if ((iocb->ki_filp->f_flags & O_NONBLOCK) || (iocb->ki_flags & IOCB_NOWAIT)) {
			if (!trace_view_has_text(seq))
				return -EAGAIN;
		} else {
			err = wait_event_interruptible(opened->reader.wait,
						       trace_view_has_text(seq));
			if (err)
				return err;
		}
		size = seq_read_iter(iocb, to);
	}
	return size;
}

static __poll_t trace_view_poll(struct file *file, struct poll_table_struct *table)
{
	struct seq_file *seq = file->private_data;
	struct trace_file *opened = seq->private;

	poll_wait(file, &opened->reader.wait, table);
	return trace_view_has_text(seq) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int trace_view_add_reader(struct trace_file *opened)
{
	struct tl_trace_net *trace = &tl_pernet(opened->net)->trace;
	int err = 0;

	mutex_lock(&readers_lock);
	if (trace->count == TL_TRACE_READERS_MAX)
		err = -EBUSY;
	else if (!readers)
		err = tl_probes_start();
	if (!err) {
		readers++;
		trace->count++;
		list_add_tail_rcu(&opened->reader.node, &trace->readers);
	}
	mutex_unlock(&readers_lock);
	return err;
}

static void trace_view_remove_reader(struct trace_file *opened)
{
	mutex_lock(&readers_lock);
	list_del_rcu(&opened->reader.node);
	tl_pernet(opened->net)->trace.count--;
	if (!--readers)
		tl_probes_stop();
	mutex_unlock(&readers_lock);
	synchronize_rcu();
}

static int trace_view_open(struct inode *inode, struct file *file)
{
	struct net *net = tl_proc_get_net_as_admin(inode);
	struct trace_file *opened;
	int err;

	if (IS_ERR(net))
		return PTR_ERR(net);

	err = -ENODEV;
	if (!try_module_get(THIS_MODULE))	/* being removed */
		goto put_net;

	err = -ENOMEM;
	opened = __seq_open_private(file, &trace_seq_ops, sizeof(*opened));
	if (!opened)
		goto put_module;
	err = tl_columns_reserve(file->private_data);
	if (err)
		goto release;
	err = tl_columns_resolve(&opened->columns, &tl_trace_columns,
				 TCP_LOOKUP_COLUMNS_TRACE);
	if (err)
		goto release;
	err = tl_trace_reader_init(&opened->reader);
	if (err)
		goto release;

	opened->net = net;
	err = trace_view_add_reader(opened);
	if (err)
		goto exit_reader;
	return nonseekable_open(inode, file);

exit_reader:
	tl_trace_reader_exit(&opened->reader);
release:
	seq_release_private(inode, file);
put_module:
	module_put(THIS_MODULE);
put_net:
	put_net(net);
	return err;
}

static int trace_view_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct trace_file *opened = seq->private;
	struct net *net = opened->net;

	trace_view_remove_reader(opened);
	tl_trace_reader_exit(&opened->reader);
	seq_release_private(inode, file);
	put_net(net);
	module_put(THIS_MODULE);
	return 0;
}

const struct proc_ops tl_trace_ops = {
	.proc_open = trace_view_open,
	.proc_read_iter = trace_view_read,
	.proc_poll = trace_view_poll,
	.proc_lseek = noop_llseek,
	.proc_release = trace_view_release,
};
