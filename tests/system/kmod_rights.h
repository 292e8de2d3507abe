/* SPDX-License-Identifier: MIT */
/* Who may do what with the views, and what none of them shows. Cases for run(). */
#ifndef KMOD_RIGHTS_H
#define KMOD_RIGHTS_H

void rights(void);		/* each view, opened by each kind of process */
void rights_handed_over(void);	/* each view, opened by one process and used by another */
void no_foreign_sockets(void);	/* of another network namespace, in any view */
void no_addresses(void);	/* of the kernel, in any view */

#endif
