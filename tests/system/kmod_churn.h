/* SPDX-License-Identifier: MIT */
#ifndef KMOD_CHURN_H
#define KMOD_CHURN_H

/*
 * Checks, while sockets come and go as fast as they can, that each one that lasts
 * is in every dump of a view exactly once, however small the reads; that its 4-tuple is
 * found by every way to look it up, which agree; and that a lookup's two ways agree
 * on a connection that is there one moment and not the next. Prints what
 * /proc/net/tcp and sock_diag miss and repeat.
 */
extern int churn_sockets, churn_dumps;
void churn(void);

#endif
