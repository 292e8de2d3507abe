/* SPDX-License-Identifier: MIT */
#ifndef KMOD_POKE_H
#define KMOD_POKE_H

/* What each view must show of sockets of every sort, each in a namespace of its own. */
void run_view_checks(void);

#endif
