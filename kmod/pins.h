/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sockets with a reference, by which a walk along a list that is cut into pieces finds
 * its place again: the last ones that it has copied.
 */
#ifndef TCP_LOOKUP_PINS_H
#define TCP_LOOKUP_PINS_H

#include "row.h"

/* If so many neighbours go between two pieces, the walk has lost its place. */
#define TL_PINS_MAX 32

struct tl_pin {
	struct sock *sk;
	union tl_addr local;	/* when it was copied */
};

struct tl_pins {
	struct tl_pin pin[TL_PINS_MAX];
	unsigned int count;
	unsigned int usable;	/* the last of them: no socket was copied in between */
};

/*
 * Under the list's lock, with the row that was copied from sk. A socket to which no
 * reference can be taken any more, or not yet (a new TIME-WAIT), makes those before it
 * useless.
 */
void tl_pins_add(struct tl_pins *pins, struct sock *sk, const struct tl_row *row);

/*
 * Whether the pinned socket has the address that it was copied with: a connect() gives a
 * bound socket its address, and another list since 6.8.
 */
bool tl_pin_has_its_address(const struct tl_pin *pin);

/* Not under a lock: each may be the last reference. */
void tl_pins_release(struct tl_pins *pins);

#endif
