/* SPDX-License-Identifier: MIT */
/* sock_diag, asked from kmod_poke's programs, without a library. */
#ifndef KMOD_DIAG_H
#define KMOD_DIAG_H

#include <stdint.h>

#include "kmod_sockets.h"

/* Calls see(arg, cookie) for each socket of a dump of both families, in all states. */
void diag_dump(void (*see)(void *arg, uint64_t cookie), void *arg);

/*
 * Asks for one socket by its addresses (remote NULL: a listener), as sock_diag looks it up;
 * its cookie, or 0.
 */
uint64_t diag_find(const union address *local, const union address *remote);

#endif
