// SPDX-License-Identifier: GPL-2.0-only
/* info: one fact per line, about this kernel, its tables, and what the module sees. */
#include <linux/err.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/utsname.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "proc.h"
#include "tcp_lookup/contract.h"
#include "trace_probes.h"
#include "version.h"

static void info_show_number(struct seq_file *seq, const char *name, unsigned int number)
{
	seq_printf(seq, "%-16s %u\n", name, number);
}

static void info_show_word(struct seq_file *seq, const char *name, const char *word)
{
	seq_printf(seq, "%-16s %s\n", name, word);
}

static void info_show_function(void *arg, const char *name, int err)
{
	struct seq_file *seq = arg;

	seq_printf(seq, "sees_%-11s %s\n", name,
		   err ? "no:_inlined_or_not_in_this_kernel" : "yes");
}

static int info_show(struct seq_file *seq, void *unused)
{
	const struct net *net = seq->private;
	const struct inet_hashinfo *hashinfo = tl_hashinfo(net);

	seq_printf(seq, "%-16s %s\n", "name", "value");
	BUILD_BUG_ON(strcmp(TCP_LOOKUP_COLUMNS_INFO, "name value"));

	info_show_number(seq, "schema", TCP_LOOKUP_SCHEMA);
	info_show_word(seq, "module_version", TCP_LOOKUP_VERSION);
	info_show_word(seq, "kernel", init_utsname()->release);
	info_show_number(seq, "netns_inode", net->ns.inum);

	info_show_number(seq, "ehash_buckets", hashinfo->ehash_mask + 1);
	info_show_number(seq, "ehash_mask", hashinfo->ehash_mask);
	info_show_number(seq, "ehash_private", tl_ehash_is_private(net));
	info_show_number(seq, "lhash2_buckets", hashinfo->lhash2_mask + 1);
	info_show_number(seq, "lhash2_mask", hashinfo->lhash2_mask);
	info_show_number(seq, "bhash_buckets", hashinfo->bhash_size);
	info_show_number(seq, "bhash2", tl_has_bhash2());

	info_show_word(seq, "sees_listeners", "yes");
	info_show_word(seq, "sees_bound", "yes");
	info_show_word(seq, "sees_ehash", "yes");
	info_show_word(seq, "sees_lookup", "yes");
	info_show_word(seq, "sees_trace", "yes");
	info_show_word(seq, "sees_" TCP_LOOKUP_SEES_DROP_REASONS, tl_has_drop_reasons() ?
		  "yes" : "no:_came_with_5.17;_before,_most_of_what_TCP_drops_is_not_reported");
	tl_probes_each(info_show_function, seq);
	info_show_number(seq, "trace_missed", tl_probes_missed());
	return 0;
}

static int info_open(struct inode *inode, struct file *file)
{
	struct net *net = tl_proc_get_net(inode);
	int err;

	if (IS_ERR(net))
		return PTR_ERR(net);
	err = single_open(file, info_show, net);
	if (err)
		put_net(net);
	return err;
}

static int info_release(struct inode *inode, struct file *file)
{
	struct seq_file *seq = file->private_data;

	put_net(seq->private);
	return single_release(inode, file);
}

const struct proc_ops tl_info_ops = {
	.proc_open = info_open,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = info_release,
};
