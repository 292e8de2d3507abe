/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's names for why a segment was dropped or reset. Their numbers differ
 * from kernel to kernel, so they come from the headers of the kernel that the module
 * is built for.
 */
#ifndef TCP_LOOKUP_TRACE_REASONS_H
#define TCP_LOOKUP_TRACE_REASONS_H

#include <linux/types.h>

/* "NO_SOCKET"; NULL: this kernel has no such names, or not for this number. */
const char *tl_drop_reason_name(u32 reason);
const char *tl_reset_reason_name(u32 reason);

#endif
