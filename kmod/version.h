/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TCP_LOOKUP_VERSION_H
#define TCP_LOOKUP_VERSION_H

/* Also in dkms.conf. */
#define TCP_LOOKUP_VERSION "0.1.0"

#endif
