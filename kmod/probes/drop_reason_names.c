// SPDX-License-Identifier: GPL-2.0-only
/* DEFINE_DROP_REASON() lists the reasons; since 5.17 or so. */
#include <linux/skbuff.h>

#define NAME(name) \
	[SKB_DROP_REASON_##name] = #name,
static const char * const probe[] = { DEFINE_DROP_REASON(NAME, NAME) };
