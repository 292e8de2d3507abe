// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace: the receive path as it happens. A read waits for the next event.
 *
 * The probes are set by the first reader of all namespaces and removed soon
 * after the last. An open file keeps the module from being unloaded: poll() may sleep on
 * its wait queue, which is gone with the file.
 */
#include <linux/err.h>
#include <linux/mm.h>
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
#include "trace_probes.h"
#include "trace_reader.h"

/* What one read() may fill before it returns to user space. */
#define READ_SIZE 32768

/* One open file. seq_file::lock, which every read holds, guards columns to at_hand. */
struct session {
	struct net *net;		/* held while the file is open */
	struct tl_columns columns;
	struct tl_event at_hand;
	struct tl_trace_reader reader;
};

/* Guards the lists of readers, and their count. */
static DEFINE_MUTEX(readers_lock);
static unsigned int readers;		/* in all namespaces */

/* --- text --------------------------------------------------------------------- */

static void *peek(struct session *session)
{
	return tl_trace_reader_peek(&session->reader, &session->at_hand) ?
	       &session->at_hand : NULL;
}

static void *start(struct seq_file *seq, loff_t *pos)
{
	return *pos ? peek(seq->private) : SEQ_START_TOKEN;
}

/* Called when a row is in the buffer for good: only now the event is taken. */
static void *next(struct seq_file *seq, void *shown, loff_t *pos)
{
	struct session *session = seq->private;

	++*pos;
	if (shown != SEQ_START_TOKEN)
		tl_trace_reader_consume(&session->reader, &session->at_hand);
	return peek(session);
}

static void stop(struct seq_file *seq, void *shown)
{
}

static int show(struct seq_file *seq, void *what)
{
	const struct session *session = seq->private;
	const struct tl_line line = { .event = what, .net = session->net };

	if (what == SEQ_START_TOKEN)
		tl_columns_show_header(seq, &session->columns);
	else
		tl_columns_show_line(seq, &session->columns, &line);
	return 0;
}

static const struct seq_operations trace_seq_ops = {
	.start = start,
	.next = next,
	.stop = stop,
	.show = show,
};

/* --- the file ------------------------------------------------------------------- */

/* The header, what an earlier read had no room for, or an event. */
static bool has_text(const struct seq_file *seq)
{
	const struct session *session = seq->private;

	return !seq->index || seq->count || tl_trace_reader_has_more(&session->reader);
}

static ssize_t trace_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct seq_file *seq = iocb->ki_filp->private_data;
	struct session *session = seq->private;
	ssize_t size = 0;
	int err;

	/* Another thread may have taken what this one was woken for: 0 is no end. */
	while (!size && iov_iter_count(to)) {
		if ((iocb->ki_filp->f_flags & O_NONBLOCK) || (iocb->ki_flags & IOCB_NOWAIT)) {
			if (!has_text(seq))
				return -EAGAIN;
		} else {
			err = wait_event_interruptible(session->reader.wait, has_text(seq));
			if (err)
				return err;
		}
		size = seq_read_iter(iocb, to);
	}
	return size;
}

static __poll_t trace_poll(struct file *file, struct poll_table_struct *table)
{
	struct seq_file *seq = file->private_data;
	struct session *session = seq->private;

	poll_wait(file, &session->reader.wait, table);
	return has_text(seq) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int add_reader(struct session *session)
{
	struct tl_trace_net *trace = &tl_pernet(session->net)->trace;
	int err = 0;

	mutex_lock(&readers_lock);
	if (trace->count == TL_TRACE_READERS_MAX)
		err = -EBUSY;
	else if (!readers)
		err = tl_probes_start();
	if (!err) {
		readers++;
		trace->count++;
		list_add_tail_rcu(&session->reader.node, &trace->readers);
	}
	mutex_unlock(&readers_lock);
	return err;
}

static void remove_reader(struct session *session)
{
	mutex_lock(&readers_lock);
	list_del_rcu(&session->reader.node);
	tl_pernet(session->net)->trace.count--;
	if (!--readers)
		tl_probes_stop();
	mutex_unlock(&readers_lock);
	synchronize_rcu();
}

static int trace_open(struct inode *inode, struct file *file)
{
	struct net *net = tl_proc_get_net_as_admin(inode);
	struct session *session;
	struct seq_file *seq;
	int err;

	if (IS_ERR(net))
		return PTR_ERR(net);

	err = -ENODEV;
	if (!try_module_get(THIS_MODULE))	/* on its way out, too */
		goto put_net;

	err = -ENOMEM;
	session = __seq_open_private(file, &trace_seq_ops, sizeof(*session));
	if (!session)
		goto put_module;
	seq = file->private_data;
	seq->buf = kvmalloc(READ_SIZE, GFP_KERNEL_ACCOUNT);
	if (!seq->buf)
		goto release;
	seq->size = READ_SIZE;

	err = tl_columns_resolve(&session->columns, &tl_trace_columns,
				 TCP_LOOKUP_COLUMNS_TRACE);
	if (err)
		goto release;
	err = tl_trace_reader_init(&session->reader);
	if (err)
		goto release;

	session->net = net;
	err = add_reader(session);
	if (err)
		goto exit_reader;
	return nonseekable_open(inode, file);

exit_reader:
	tl_trace_reader_exit(&session->reader);
release:
	seq_release_private(inode, file);
put_module:
	module_put(THIS_MODULE);
put_net:
	put_net(net);
	return err;
}

static int trace_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;
	struct session *session = seq->private;
	struct net *net = session->net;

	remove_reader(session);
	tl_trace_reader_exit(&session->reader);
	seq_release_private(inode, file);
	put_net(net);
	module_put(THIS_MODULE);
	return 0;
}

const struct proc_ops tl_trace_ops = {
	.proc_open = trace_open,
	.proc_read_iter = trace_read,
	.proc_poll = trace_poll,
	.proc_lseek = noop_llseek,
	.proc_release = trace_release,
};
