/* SPDX-License-Identifier: MIT */
/*
 * Processes that do something for ever beside a check, what they count, and the
 * module as such: loading and unloading it. For kmod_poke's programs.
 */
#ifndef KMOD_CHILD_H
#define KMOD_CHILD_H

#include <sys/types.h>

/* Runs in a child, which dies with this process, until stop_child(). */
pid_t start_child(void (*forever)(void));
void stop_child(pid_t child);
/* Waits for its end; whether it ended with exit(0). */
int child_passed(pid_t child);

/* Memory that this process and all its later children share, zeroed. */
void *share(size_t size);

/* finit_module() and delete_module(O_NONBLOCK) of tcp_lookup.ko; 0, or -1 and errno. */
int load_module(void);
int unload_module(void);

#endif
