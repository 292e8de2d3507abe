/* SPDX-License-Identifier: MIT */
#ifndef KMOD_HOTPLUG_H
#define KMOD_HOTPLUG_H

/*
 * Takes the second CPU away and gives it back, so many times, while connections are
 * made, views are read and lookups are asked: no event of a trace is missing without being
 * counted. A machine with one CPU, or whose kernel cannot do that, is passed over, which
 * is said.
 */
extern int hotplug_times;
void hotplug(void);

#endif
