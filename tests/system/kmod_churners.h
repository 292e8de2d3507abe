/* SPDX-License-Identifier: MIT */
/* Children that make sockets come and go as fast as they can: for kmod_churn.c. */
#ifndef KMOD_CHURNERS_H
#define KMOD_CHURNERS_H

#include <sys/types.h>

/* A connection over and over from the first port to the second, IPv4, in every churn. */
enum { CHURN_CLIENT_PORT = 21000, CHURN_SERVER_PORT = 8000 };

enum { CHURNERS = 6 };

struct churners {
	pid_t child[CHURNERS];
	volatile unsigned long *rounds;	/* of each of them */
};

/*
 * Starts them: connections from one port that are reset, beside listeners that come and go
 * (two); connections to CROWD_PORT, whose server is given, that are closed neighbour
 * after neighbour; connections that replace their own TIME-WAIT; request sockets; sockets
 * that are only bound, on ports that are used again. Returns when each has begun.
 */
struct churners churners_start(int crowd_server);
void churners_stop(struct churners *churners);

#endif
