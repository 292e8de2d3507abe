/* SPDX-License-Identifier: MIT */
#ifndef KMOD_CHURN_H
#define KMOD_CHURN_H

/*
 * Checks, while sockets come and go as fast as they can, that a row that lasts
 * is in every dump exactly once, however small the reads, and that a lookup's
 * two ways agree on a connection that is there one moment and not the next.
 */
void churn(void);

#endif
