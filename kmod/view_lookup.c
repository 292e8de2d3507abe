// SPDX-License-Identifier: GPL-2.0-only
/*
 * lookup: write 4-tuples, read which socket a SYN with each would find.
 *
 * The answer is computed during the write, belongs to the open file, and stays
 * until the next write. Writing also goes back to the start of the file, so that a
 * shell can ask and read over one descriptor:
 *
 *	exec 3<>/proc/net/tcp_lookup/lookup
 *	echo "10.0.0.1:40000 10.0.0.2:8888" >&3; cat <&3
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <net/net_namespace.h>

#include "columns.h"
#include "compat.h"
#include "lookup.h"
#include "proc.h"
#include "tcp_lookup/contract.h"

/* One open file. Its lookup has a reference to the namespace. */
struct lookup_file {
	struct mutex lock;	/* of lookup */
	struct tl_lookup lookup;
};

/*
 * size bytes of user space and a newline behind them, to be freed with kvfree(); or an
 * ERR_PTR.
 */
static char *lookup_view_copy(const char __user *from, size_t size)
{
	char *text = kvmalloc(size + 1, GFP_KERNEL_ACCOUNT);

	if (!text)
		return ERR_PTR(-ENOMEM);
	text[size] = '\n';
	if (!copy_from_user(text, from, size))
		return text;
	kvfree(text);
	return ERR_PTR(-EFAULT);
}

static int lookup_view_ask(struct tl_lookup *lookup, const char *text, size_t size)
{
	if (size > TCP_LOOKUP_WRITE_MAX)
		return tl_lookup_refuse(lookup, -E2BIG,
					"write_is_longer_than_" __stringify(TCP_LOOKUP_WRITE_MAX)
					"_bytes:_split_it");
	if (IS_ERR(text))
		return tl_lookup_refuse(lookup, PTR_ERR(text), "out_of_memory");
	return tl_lookup_ask(lookup, text, size);
}

static ssize_t lookup_view_write(struct file *file, const char __user *from, size_t size,
				 loff_t *pos)
{
	struct lookup_file *opened = file->private_data;
	char *text = NULL;
	int err;

	if (size <= TCP_LOOKUP_WRITE_MAX)
		text = lookup_view_copy(from, size);
	if (text == ERR_PTR(-EFAULT))
		return -EFAULT;

	mutex_lock(&opened->lock);
	err = lookup_view_ask(&opened->lookup, text, size);
	/*
	 * The next read begins with the first line of the new answer. *pos alone is not
	 * enough: the kernel ignores it when the write fails.
	 */
	file->f_pos = 0;
	mutex_unlock(&opened->lock);

	if (!IS_ERR(text))
		kvfree(text);
	*pos = 0;
	return err ?: size;
}

static ssize_t lookup_view_read(struct kiocb *iocb, struct iov_iter *to)
{
	struct lookup_file *opened = iocb->ki_filp->private_data;
	const struct tl_text *text = &opened->lookup.text;
	size_t wanted = 0, copied = 0;

	mutex_lock(&opened->lock);
	if (iocb->ki_pos < text->used) {
		wanted = min(text->used - (size_t)iocb->ki_pos, iov_iter_count(to));
		copied = copy_to_iter(text->bytes + iocb->ki_pos, wanted, to);
	}
	mutex_unlock(&opened->lock);
	iocb->ki_pos += copied;
	return wanted && !copied ? -EFAULT : copied;
}

/* What a read returns before the first write. */
static int lookup_view_begin(struct tl_lookup *lookup)
{
	static const char remark[] = "# write here: SOURCE:PORT DESTINATION:PORT [dev NAME]\n";
	struct tl_text *text = &lookup->text;
	int err;

	err = tl_columns_resolve(&lookup->columns, &tl_answer_columns, TCP_LOOKUP_COLUMNS_LOOKUP);
	if (err)
		return err;
	err = tl_text_reserve(text, TL_TEXT_SIZE);
	if (err)
		return err;
	text->used = strlen(remark);
	memcpy(text->bytes, remark, text->used);
	tl_text_end(text, tl_columns_put_header(tl_text_at(text), &lookup->columns));
	return 0;
}

static int lookup_view_open(struct inode *inode, struct file *file)
{
	struct net *net = tl_proc_get_net_as_admin(inode);
	struct lookup_file *opened;
	int err = -ENOMEM;

	if (IS_ERR(net))
		return PTR_ERR(net);

	opened = kzalloc(sizeof(*opened), GFP_KERNEL_ACCOUNT);
	if (!opened)
		goto put_net;
	mutex_init(&opened->lock);
	opened->lookup.net = net;
	opened->lookup.user_ns = file->f_cred->user_ns;
	err = lookup_view_begin(&opened->lookup);
	if (err)
		goto free;
	file->private_data = opened;
	return 0;

free:
	kfree(opened);
put_net:
	put_net(net);
	return err;
}

static int lookup_view_release(struct inode *inode, struct file *file)
{
	struct lookup_file *opened = file->private_data;

	tl_text_free(&opened->lookup.text);
	put_net(opened->lookup.net);
	kfree(opened);
	return 0;
}

const struct proc_ops tl_lookup_ops = {
	.proc_open = lookup_view_open,
	.proc_read_iter = lookup_view_read,
	.proc_write = lookup_view_write,
	.proc_lseek = no_seek_end_llseek,
	.proc_release = lookup_view_release,
};
