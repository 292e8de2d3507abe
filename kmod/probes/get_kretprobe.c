// SPDX-License-Identifier: GPL-2.0-only
/* get_kretprobe(); before 5.14 an instance pointed to its kretprobe itself. */
#include <linux/kprobes.h>

struct kretprobe *probe(struct kretprobe_instance *instance);
struct kretprobe *probe(struct kretprobe_instance *instance)
{
	return get_kretprobe(instance);
}
