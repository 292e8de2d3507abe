// SPDX-License-Identifier: MIT
#include "kmod_diag.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <unistd.h>

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 body;
};

static int diag_ask(struct request *request)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	must(fd >= 0, "sock_diag");
	request->header.nlmsg_len = sizeof(*request);
	request->header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	request->body.sdiag_protocol = IPPROTO_TCP;
	request->body.idiag_states = ~0u;
	request->body.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	request->body.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	must(send(fd, request, sizeof(*request), 0) == sizeof(*request), "sock_diag");
	return fd;
}

static uint64_t cookie_in(const struct nlmsghdr *header)
{
	const struct inet_diag_msg *message = NLMSG_DATA(header);

	return (uint64_t)message->id.idiag_cookie[1] << 32 | message->id.idiag_cookie[0];
}

static void dump_family(unsigned char family, void (*see)(void *, uint64_t), void *arg)
{
	struct request request = {.header = {.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
				  .body = {.sdiag_family = family}};
	static _Alignas(struct nlmsghdr) char bytes[65536];
	int fd = diag_ask(&request);

	for (;;) {
		ssize_t got = recv(fd, bytes, sizeof(bytes), 0);
		unsigned int left = (unsigned int)got;

		must(got > 0, "sock_diag's answer");
		for (struct nlmsghdr *header = (struct nlmsghdr *)bytes; NLMSG_OK(header, left);
		     header = NLMSG_NEXT(header, left)) {
			must(header->nlmsg_type != NLMSG_ERROR, "sock_diag's answer: an error");
			if (header->nlmsg_type == NLMSG_DONE) {
				close(fd);
				return;
			}
			see(arg, cookie_in(header));
		}
	}
}

void diag_dump(void (*see)(void *arg, uint64_t cookie), void *arg)
{
	dump_family(AF_INET, see, arg);
	dump_family(AF_INET6, see, arg);
}

static void put_end(const union address *end, __be16 *port, __be32 ip[4])
{
	if (end->any.sa_family == AF_INET6) {
		*port = end->v6.sin6_port;
		memcpy(ip, &end->v6.sin6_addr, sizeof(end->v6.sin6_addr));
	} else {
		*port = end->v4.sin_port;
		ip[0] = end->v4.sin_addr.s_addr;
	}
}

uint64_t diag_find(const union address *local, const union address *remote)
{
	struct request request = {.header = {.nlmsg_flags = NLM_F_REQUEST},
				  .body = {.sdiag_family = (unsigned char)local->any.sa_family}};
	_Alignas(struct nlmsghdr) char bytes[8192];
	struct inet_diag_sockid *id = &request.body.id;
	struct nlmsghdr *header = (struct nlmsghdr *)bytes;
	ssize_t got;
	int fd;

	put_end(local, &id->idiag_sport, id->idiag_src);
	if (remote)
		put_end(remote, &id->idiag_dport, id->idiag_dst);
	fd = diag_ask(&request);
	got = recv(fd, bytes, sizeof(bytes), 0);
	close(fd);
	must(got > 0 && NLMSG_OK(header, (unsigned int)got), "sock_diag's answer");
	return header->nlmsg_type == NLMSG_ERROR ? 0 : cookie_in(header);
}
