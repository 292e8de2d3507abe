// SPDX-License-Identifier: GPL-2.0-only
/* An instance points to its kretprobe; until 5.14. */
#include <linux/kprobes.h>

struct kretprobe *probe(struct kretprobe_instance *instance);
struct kretprobe *probe(struct kretprobe_instance *instance)
{
	return instance->rp;
}
