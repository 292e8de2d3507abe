/* SPDX-License-Identifier: MIT */
/*
 * Children for start_child() that use the module, or make what it shows, for ever. The
 * module may be unloaded and loaded meanwhile: then views are missing, and open ones fail.
 */
#ifndef KMOD_USERS_H
#define KMOD_USERS_H

/* To be called before the first child is started: what they count. */
void users_begin(void);
extern volatile struct uses {
	unsigned long connected, read, asked, namespaces;
} *uses;

/* Connections that are accepted and closed, and one that is refused, over and over. */
void make_connections(void);

/* Namespaces that have traffic, whose views are open and half read, and that end. */
void make_namespaces(void);

void read_trace_until_killed(void);		/* waits for events */
/* Never waits, and closes soon: to read until there is nothing might never end. */
void read_traces(void);
void kill_readers_of_traces(void);		/* while they open, wait or read */

/* The other views: in pieces, to the end or not, some of them open for long. */
void read_views(void);
/* Questions of all sizes, good and bad. */
void write_lookups(void);

#endif
