/* SPDX-License-Identifier: MIT */
/* For the benchmarks of the tables: an ehash full of sockets, and what dumps it. */
#ifndef BENCH_TABLES_H
#define BENCH_TABLES_H

/* Ends the program with errno's message. */
void must(int done, const char *what);

double now(void);	/* seconds */

extern int table_family;	/* of the sockets and the dumps: AF_INET, AF_INET6 */

/*
 * Makes this many connections without a peer, by TCP_REPAIR, all from one address and
 * port. They stay until the program ends.
 */
void fill_table(unsigned int count);

/* Dump ehash (bound: bhash), and return the number of rows. */
unsigned long proc_net_tcp(void);
unsigned long sock_diag(void);
unsigned long ehash(void);
unsigned long bound(void);

#endif
