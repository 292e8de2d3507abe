/* SPDX-License-Identifier: MIT */
#ifndef KMOD_MUTATE_H
#define KMOD_MUTATE_H

/*
 * Uses the views as no program would: odd sizes and places, bad memory, splice, several
 * writers on one open file, files of other network namespaces, forks. Which operations
 * a process does depends on the seed alone, and not what comes between them. No answer is
 * checked, but that every call ends as its manual page says, with text and without an
 * address of the kernel; what the kernel's own checks say is the test.
 */
extern unsigned long mutate_operations;
extern unsigned long long mutate_seed;
void mutate(void);

#endif
