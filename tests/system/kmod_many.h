/* SPDX-License-Identifier: MIT */
/* The module with many sockets, and with many questions. Cases for run(). */
#ifndef KMOD_MANY_H
#define KMOD_MANY_H

void verdicts_alone(void);
void binds_in_a_batch(void);
void addresses(void);		/* of all shapes */
void rows_of_one_port(void);	/* that differ in one value */
void many_on_one_port(void);	/* more than are looked at under one lock */
void interrupted(void);		/* a signal comes while a write is being answered */

#endif
