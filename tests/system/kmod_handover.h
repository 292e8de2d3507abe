/* SPDX-License-Identifier: MIT */
/* Open files from process to process (SCM_RIGHTS), for kmod_poke's programs. */
#ifndef KMOD_HANDOVER_H
#define KMOD_HANDOVER_H

/* Over a socket pair of the family AF_UNIX. 0, or -1 and errno. */
int send_file(int over, int fd);
/* The file, or -1 and errno. */
int receive_file(int over);

#endif
