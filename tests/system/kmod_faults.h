/* SPDX-License-Identifier: MIT */
#ifndef KMOD_FAULTS_H
#define KMOD_FAULTS_H

/*
 * Every operation of the module, with each of its allocations and copies to and from user
 * space failing in turn: first one, once; then, function by function, all that it
 * asks for. The operation works, or its error is clean: ENOMEM or EFAULT, and what was to
 * be read is then read whole by the next call. Needs a kernel with fault injection
 * (cmake/debug-kernel.config); passed over without one, which is said.
 *
 * Of the some hundred allocations of loading every so many is tried; 1: all.
 */
extern int faults_load_stride;
void faults(void);
void faults_of_loading(void);

#endif
