/* SPDX-License-Identifier: MIT */
/* What a debug kernel (cmake/debug-kernel.sh) can do. Passed over in another kernel. */
#ifndef KMOD_DEBUG_H
#define KMOD_DEBUG_H

/*
 * What checks the module is in the kernel that runs, and is still at work: lockdep,
 * for one, ends with its first report, or when its tables are full.
 */
void debug_checks(void);

/*
 * Has the kernel make a mistake, by the name that drivers/misc/lkdtm gives it. If the kernel
 * survives and notices, process 1 reports that.
 */
void provoke(const char *mistake);

#endif
