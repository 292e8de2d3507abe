// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bitops.h>
#include <linux/hash.h>
#include <linux/irqflags.h>
#include <linux/jhash.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "trace_segment.h"

static bool segment_parse_tcp(struct tl_segment *segment, const struct sk_buff *skb, int offset)
{
	struct tcphdr buffer;
	const struct tcphdr *th = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	int length;

	if (!th || th->doff < sizeof(*th) / 4)
		return false;

	length = (int)skb->len - offset - th->doff * 4;
	segment->source_port = ntohs(th->source);
	segment->destination_port = ntohs(th->dest);
	segment->flags = tcp_flag_byte(th);
	segment->sequence = ntohl(th->seq);
	segment->acknowledgment = ntohl(th->ack_seq);
	segment->length = max(length, 0);
	segment->has_header = true;
	return true;
}

/* Whether the network header is valid, and has size bytes in the linear part. */
static bool skb_has_network_header(const struct sk_buff *skb, size_t size)
{
	const unsigned char *header = skb_network_header(skb);

	return header >= skb->head && header + size <= skb_tail_pointer(skb);
}

static bool segment_parse_ipv4(struct tl_segment *segment, const struct sk_buff *skb)
{
	const struct iphdr *ip;

	if (!skb_has_network_header(skb, sizeof(*ip)))
		return false;

	ip = ip_hdr(skb);
	if (ip->version != 4 || ip->ihl < 5 || ip->protocol != IPPROTO_TCP ||
	    (ip->frag_off & htons(IP_OFFSET)))
		return false;

	segment->family = AF_INET;
	segment->source.v4 = ip->saddr;
	segment->destination.v4 = ip->daddr;
	return segment_parse_tcp(segment, skb, skb_network_offset(skb) + ip->ihl * 4);
}

static bool segment_parse_ipv6(struct tl_segment *segment, const struct sk_buff *skb, bool in_tcp)
{
	const struct ipv6hdr *ip;
	int offset;

	if (!skb_has_network_header(skb, sizeof(*ip)))
		return false;

	ip = ipv6_hdr(skb);
	if (ip->version != 6)
		return false;
	if (ip->nexthdr == IPPROTO_TCP)
		offset = skb_network_offset(skb) + sizeof(*ip);
	else if (in_tcp && skb_transport_header_was_set(skb))
		offset = skb_transport_offset(skb);
	else
		return false;

	segment->family = AF_INET6;
	segment->source.v6 = ip->saddr;
	segment->destination.v6 = ip->daddr;
	return segment_parse_tcp(segment, skb, offset);
}

bool tl_segment_parse(struct tl_segment *segment, const struct sk_buff *skb, u16 family,
		      bool in_tcp)
{
	if (family == AF_INET6)
		return segment_parse_ipv6(segment, skb, in_tcp);
	return segment_parse_ipv4(segment, skb);
}

bool tl_segment_parse_flow(struct tl_segment *segment, const struct sk_buff *skb,
			   const struct flowi6 *fl6)
{
	if (fl6->flowi6_proto != IPPROTO_TCP || !skb_transport_header_was_set(skb))
		return false;

	segment->family = AF_INET6;
	segment->source.v6 = fl6->saddr;
	segment->destination.v6 = fl6->daddr;
	return segment_parse_tcp(segment, skb, skb_transport_offset(skb));
}

/* --- numbers ------------------------------------------------------------ */

#define BUCKET_BITS 9
#define BUCKET_ENTRIES 8

struct entry {
	const struct sk_buff *skb;	/* compared, never followed */
	const struct net *net;		/* see tl_segment_forget() */
	u32 digest;
	u64 id;
};

/* The lock is only tried, so a bit is enough. Taken with interrupts off. */
#define TAKEN 0

struct bucket {
	unsigned long state;		/* bit TAKEN guards entries */
	struct entry entries[BUCKET_ENTRIES];
};

static struct bucket buckets[1 << BUCKET_BITS];

static atomic64_t last_id;

static u32 segment_digest(const struct tl_segment *segment)
{
	return jhash_3words((u32)segment->source_port << 16 | segment->destination_port,
			    segment->sequence, segment->acknowledgment, segment->flags);
}

static struct bucket *bucket_of_skb(const struct sk_buff *skb)
{
	return &buckets[hash_ptr((void *)skb, BUCKET_BITS)];
}

static struct entry *bucket_find(struct bucket *bucket, const struct sk_buff *skb)
{
	unsigned int i;

	for (i = 0; i < BUCKET_ENTRIES; i++)
		if (bucket->entries[i].skb == skb)
			return &bucket->entries[i];
	return NULL;
}

static struct entry *bucket_oldest(struct bucket *bucket)
{
	struct entry *oldest = &bucket->entries[0];
	unsigned int i;

	for (i = 1; i < BUCKET_ENTRIES; i++)
		if (bucket->entries[i].id < oldest->id)
			oldest = &bucket->entries[i];
	return oldest;
}

u64 tl_segment_find(const struct tl_segment *segment, const struct sk_buff *skb,
		    const struct net **net)
{
	struct bucket *bucket = bucket_of_skb(skb);
	const struct entry *entry;
	unsigned long flags;
	u64 id = 0;

	local_irq_save(flags);
	if (!test_and_set_bit_lock(TAKEN, &bucket->state)) {
		entry = bucket_find(bucket, skb);
		if (entry && entry->digest == segment_digest(segment)) {
			id = entry->id;
			*net = entry->net;
		}
		clear_bit_unlock(TAKEN, &bucket->state);
	}
	local_irq_restore(flags);
	return id;
}

static u64 bucket_remember(struct bucket *bucket, const struct tl_segment *segment,
			   const struct sk_buff *skb, const struct net *net, bool is_new)
{
	struct entry *entry = bucket_find(bucket, skb) ?: bucket_oldest(bucket);
	u32 digest = segment_digest(segment);

	if (is_new || entry->skb != skb || entry->digest != digest)
		entry->id = atomic64_inc_return(&last_id);
	entry->skb = skb;
	entry->net = net;
	entry->digest = digest;
	return entry->id;
}

static u64 segment_number(const struct tl_segment *segment, const struct sk_buff *skb,
			  const struct net *net, bool is_new)
{
	struct bucket *bucket = bucket_of_skb(skb);
	unsigned long flags;
	u64 id = 0;

	local_irq_save(flags);
	if (!test_and_set_bit_lock(TAKEN, &bucket->state)) {
		id = bucket_remember(bucket, segment, skb, net, is_new);
		clear_bit_unlock(TAKEN, &bucket->state);
	}
	local_irq_restore(flags);
	return id ?: atomic64_inc_return(&last_id);
}

u64 tl_segment_identify(const struct tl_segment *segment, const struct sk_buff *skb,
			const struct net *net)
{
	return segment_number(segment, skb, net, false);
}

u64 tl_segment_begin(const struct tl_segment *segment, const struct sk_buff *skb,
		     const struct net *net)
{
	return segment_number(segment, skb, net, true);
}

static void bucket_forget(struct bucket *bucket, const struct net *net)
{
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	while (test_and_set_bit_lock(TAKEN, &bucket->state))
		cpu_relax();	/* its owner is a few instructions from the end */
	for (i = 0; i < BUCKET_ENTRIES; i++)
		if (bucket->entries[i].net == net)
			bucket->entries[i].skb = NULL;
	clear_bit_unlock(TAKEN, &bucket->state);
	local_irq_restore(flags);
}

void tl_segment_forget(const struct net *net)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buckets); i++)
		bucket_forget(&buckets[i], net);
}
