/* SPDX-License-Identifier: MIT */
/*
 * Fault injection (Documentation/fault-injection in the kernel's source): failslab,
 * fail_page_alloc and fail_usercopy, for this task, where a function is on the stack.
 */
#ifndef KMOD_INJECT_H
#define KMOD_INJECT_H

#include <stdbool.h>

/* Prepares it; false: this kernel has none. */
bool inject_begin(void);

/* Of all faults from now on one of these is on the stack; false: no such function. */
bool inject_in_module(void);			/* any of tcp_lookup.ko */
bool inject_in_function(const char *name);	/* of the kernel or the module */

/* The n-th of what may fail will, once; 0: none. */
void inject_nth(int n);
/* Whether that has happened; there is none to come after this. */
bool inject_has_happened(void);

/* All allocations fail, or none. */
void inject_all(bool fail);

#endif
