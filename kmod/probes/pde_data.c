// SPDX-License-Identifier: GPL-2.0-only
/* pde_data(); before 5.17 it was PDE_DATA(). */
#include <linux/proc_fs.h>

void *probe(const struct inode *inode);
void *probe(const struct inode *inode)
{
	return pde_data(inode);
}
