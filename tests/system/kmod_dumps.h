/* SPDX-License-Identifier: MIT */
/* Whole dumps of the TCP tables, by different witnesses, counted in a crowd. */
#ifndef KMOD_DUMPS_H
#define KMOD_DUMPS_H

#include <stddef.h>

#include "kmod_lasting.h"

/* A view of the module that has the column "cookie", read in pieces of at most that size. */
void dump_view(struct crowd *crowd, const char *name, size_t piece);
/* /proc/net/tcp and /proc/net/tcp6. */
void dump_proc(struct crowd *crowd);
/* sock_diag, both families, all states. */
void dump_diag(struct crowd *crowd);

#endif
