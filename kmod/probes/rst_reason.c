// SPDX-License-Identifier: GPL-2.0-only
/* A reset has a reason, and DEFINE_RST_REASON() lists them; since 6.10. */
#include <net/rstreason.h>

#define NAME(name) \
	[SK_RST_REASON_##name] = #name,
static const char * const probe[] = { DEFINE_RST_REASON(NAME, NAME) };
