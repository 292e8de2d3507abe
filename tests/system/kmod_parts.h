/* SPDX-License-Identifier: MIT */
/* More sockets on one port than "bound" copies before it prints. Cases for run(). */
#ifndef KMOD_PARTS_H
#define KMOD_PARTS_H

void parts_of_a_port(void);		/* each socket once, in any pieces, with others closing */
void parts_lose_their_place(void);	/* EBUSY, until a seek to the start */

#endif
