// SPDX-License-Identifier: MIT
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kmod_trace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_sockets.h"
#include "tcp_lookup/contract.h"

int trace_open(int flags)
{
	int fd = open(TRACE, O_RDONLY | O_CLOEXEC | flags);

	must(fd >= 0, TRACE);
	return fd;
}

struct view trace_now(int fd)
{
	return view_from_fd(fd, 65536);
}

/* The number of the segment with these flags to that port; "-" if there is none. */
static const char *segment_of(const struct view *view, const char *flags, const char *port)
{
	const struct line *row = find_row(view, NULL, "flags", flags, "destination_port", port,
					  NULL);

	return row ? cell(view, row, "segment") : "-";
}

/* Whether this kernel shows that: of the functions' calls, and of drops' reasons. */
static bool sees(const char *what)
{
	struct view info = view_read("info");
	char name[64];
	bool seen;

	snprintf(name, sizeof(name), "sees_%s", what);
	seen = find_row(&info, NULL, "name", name, "value", "yes", NULL) ||
	       !find_row(&info, NULL, "name", name, NULL);
	view_free(&info);
	return seen;
}

/*
 * Whether the segment's events are, in this order and with gaps allowed, those
 * of the list: event, detail, outcome, event, detail, outcome, …, NULL. A function that
 * this kernel does not show is passed over: "info" tells which.
 */
static bool passes(const struct view *view, const char *segment, const char *const *path)
{
	const struct line *row = NULL, *next;

	for (; *path; path += 3) {
		if (!sees(path[0])) {
			printf("# not observed: %s\n", path[0]);
			continue;
		}
		next = find_row(view, row, "segment", segment, "event", path[0], "detail", path[1],
				"outcome", path[2], NULL);
		if (!next) {
			printf("# not there, or not in this place: %s %s %s\n", path[0], path[1],
			       path[2]);
			return false;
		}
		row = next;
	}
	return true;
}

#define PATH(...) ((const char *const[]){__VA_ARGS__, NULL})

static void refused(const char *ip, const char *const *path, const char *send)
{
	int trace = trace_open(O_NONBLOCK), family = strchr(ip, ':') ? AF_INET6 : AF_INET;
	struct view view;
	const char *syn;

	check(connect_to(tcp_socket(family), ip, 8888) == -1 && errno == ECONNREFUSED,
	      "trace: refused");
	view = trace_now(trace);
	syn = segment_of(&view, "S", "8888");
	check(passes(&view, syn, path), "trace: the path of a SYN that finds nobody");
	check(find_row(&view, NULL, "event", send, "flags", "R.", "cause", syn, NULL),
	      "trace: the RST is sent because of the SYN");
	check(find_row(&view, NULL, "event", "tcp_reset", "state", "SYN-SENT", NULL),
	      "trace: the RST ends the socket in SYN-SENT");
	check(find_row(&view, NULL, "event", "inet_sock_set_state", "state", "CLOSED",
		       "state_after", "SYN-SENT", NULL), "trace: CLOSED to SYN-SENT");
	check(find_row(&view, NULL, "event", "kfree_skb", "reason",
		       sees(TCP_LOOKUP_SEES_DROP_REASONS) ? "NO_SOCKET" : "-", "segment", syn, NULL),
	      "trace: dropped, NO_SOCKET if this kernel says why");
	close(trace);
}

static void refused_v4(void)
{
	refused("127.0.0.1",
		PATH("__ip_local_out", "-", "enter", "tcp_v4_rcv", "-", "enter",
		     "__inet_lookup_established", "-", "miss", "inet_lhash2_lookup", "exact", "miss",
		     "inet_lhash2_lookup", "wildcard", "miss", "__inet_lookup_listener", "-", "miss",
		     "tcp_v4_send_reset", "-", "no-socket", "kfree_skb", "-", "dropped"),
		"__ip_local_out");
}

static void refused_v6(void)
{
	refused("::1",
		PATH("ip6_xmit", "-", "enter", "tcp_v6_rcv", "-", "enter",
		     "__inet6_lookup_established", "-", "miss", "inet6_lhash2_lookup", "exact",
		     "miss", "inet6_lhash2_lookup", "wildcard", "miss", "inet6_lookup_listener", "-",
		     "miss", "tcp_v6_send_reset", "-", "no-socket", "kfree_skb", "-", "dropped"),
		"ip6_xmit");
}

/* A handshake, a close, and the port again while it is in TIME-WAIT. */
static void accepted(void)
{
	int trace = trace_open(O_NONBLOCK), server = listener("127.0.0.1", 80), client, conn;
	struct view view;
	char child[24];

	client = bound_socket("127.0.0.1", 40000);
	must(connect_to(client, "127.0.0.1", 80) == 0, "connect");
	conn = accept(server, NULL, NULL);
	strcpy(child, cookie(conn));
	view = trace_now(trace);
	check(passes(&view, segment_of(&view, "S", "80"),
		     PATH("tcp_v4_rcv", "-", "enter", "__inet_lookup_established", "-", "miss",
			  "inet_lhash2_lookup", "exact", "hit", "__inet_lookup_listener", "-", "hit",
			  "tcp_conn_request", "-", "request", "tcp_rcv_state_process", "-", "ok")),
	      "trace: a SYN to a listener makes a request");
	check(passes(&view, segment_of(&view, ".", "80"),
		     PATH("__inet_lookup_established", "-", "hit", "tcp_v4_syn_recv_sock", "-",
			  "child", "tcp_check_req", "-", "child", "tcp_rcv_state_process", "-", "ok")),
	      "trace: the ACK makes the child");
	check(find_row(&view, NULL, "event", "tcp_check_req", "kind", "request", "cookie", child,
		       NULL), "trace: the request and the child have one cookie");
	check(find_row(&view, NULL, "event", "tcp_rcv_state_process", "state", "SYN-RECEIVED",
		       "state_after", "ESTABLISHED", "cookie", child, NULL),
	      "trace: the child becomes ESTABLISHED");
	view_free(&view);
	close(trace);

	close(conn);
	must(recv(client, child, 1, 0) == 0, "recv");
	close(client);
	check(appears("ehash", "state", "TIME-WAIT", "local_port", "80"), "trace: TIME-WAIT");
	trace = trace_open(O_NONBLOCK);
	client = bound_socket("127.0.0.1", 40000);
	check(connect_to(client, "127.0.0.1", 80) == 0, "trace: the port is used again");
	view = trace_now(trace);
	check(passes(&view, segment_of(&view, "S", "80"),
		     PATH("__inet_lookup_established", "-", "hit", "tcp_timewait_state_process", "-",
			  "syn", "__inet_lookup_listener", "time-wait", "hit", "tcp_conn_request",
			  "-", "request")),
	      "trace: a SYN in TIME-WAIT looks for a listener after all");
	close(trace);
}

/* The third SYN finds the accept queue of listen(fd, 0), which holds one, full. */
static void queue_full(void)
{
	int trace, server = bound_socket("127.0.0.1", 80), fd;
	struct view view;

	must(listen(server, 0) == 0, "listen");
	must(connect_to(tcp_socket(AF_INET), "127.0.0.1", 80) == 0, "connect");
	trace = trace_open(O_NONBLOCK);
	fd = bound_socket("127.0.0.1", 40001);
	nonblocking(fd);
	connect_to(fd, "127.0.0.1", 80);
	view = trace_now(trace);
	check(passes(&view, segment_of(&view, "S", "80"),
		     PATH("__inet_lookup_listener", "-", "hit", "tcp_conn_request",
			  "accept-queue-full", "dropped")),
	      "trace: a full accept queue drops the SYN");
	close(trace);
}

/* An exact request to sock_diag: it uses the same lookups. */
static void ask_sock_diag(void)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} message = {
		.header = {.nlmsg_len = sizeof(message), .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			   .nlmsg_flags = NLM_F_REQUEST},
		.request = {.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP,
			    .idiag_states = ~0u,
			    .id = {.idiag_sport = htons(4242), .idiag_dport = htons(1),
				   .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
	char answer[4096];

	message.request.id.idiag_src[0] = message.request.id.idiag_dst[0] = htonl(INADDR_LOOPBACK);
	must(fd >= 0 && send(fd, &message, sizeof(message), 0) == sizeof(message), "sock_diag");
	must(recv(fd, answer, sizeof(answer), 0) > 0, "sock_diag's answer");
	close(fd);
}

/* "Destination unreachable" about a segment from port 4243 that was never sent. */
static void send_icmp_error(void)
{
	struct {
		struct icmphdr icmp;
		struct iphdr ip;
		struct tcphdr tcp;
	} packet = {
		.icmp = {.type = ICMP_DEST_UNREACH, .code = ICMP_PORT_UNREACH},
		.ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP,
		       .tot_len = htons(sizeof(struct iphdr) + sizeof(struct tcphdr)),
		       .saddr = htonl(INADDR_LOOPBACK), .daddr = htonl(INADDR_LOOPBACK)},
		.tcp = {.source = htons(4243), .dest = htons(1), .doff = 5},
	};
	union address to = address("127.0.0.1", 0);
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	const unsigned char *byte = (const unsigned char *)&packet;
	unsigned int sum = 0;

	for (size_t i = 0; i < sizeof(packet); i += 2)
		sum += (unsigned int)byte[i] << 8 | byte[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	packet.icmp.checksum = htons((unsigned short)~(sum + (sum >> 16)));
	must(sendto(fd, &packet, sizeof(packet), 0, &to.any, length(&to)) == sizeof(packet), "icmp");
	close(fd);
}

/* Lookups that do not serve to receive a segment are told apart. */
static void others(void)
{
	int trace = trace_open(O_NONBLOCK);
	struct view view;

	ask_sock_diag();
	send_icmp_error();
	view = ask("127.0.0.1:1 127.0.0.1:4244");
	view_free(&view);
	view = trace_now(trace);
	check(find_row(&view, NULL, "destination_port", "4242", "event",
		       "__inet_lookup_established", "detail", "sock-diag", "segment", "-", NULL),
	      "trace: sock_diag's lookup");
	check(find_row(&view, NULL, "source_port", "1", "destination_port", "4243", "event",
		       "__inet_lookup_established", "detail", "icmp-error", "caller", "tcp_v4_err",
		       "segment", "-", NULL), "trace: the lookup for an ICMP error");
	check(find_row(&view, NULL, "destination_port", "4244", "detail", "other", "segment", "-",
		       NULL), "trace: the module's own lookup");
	close(trace);
}

static void waiting(void)
{
	int trace = trace_open(O_NONBLOCK);
	struct pollfd waits = {.fd = trace, .events = POLLIN};
	char line[4096];
	pid_t child;
	int status;

	check(poll(&waits, 1, 0) == 1 && read(trace, line, sizeof(line)) > 0, "trace: the header");
	check(poll(&waits, 1, 0) == 0 && read(trace, line, sizeof(line)) == -1 && errno == EAGAIN,
	      "trace: then nothing, and EAGAIN");
	check(lseek(trace, 0, SEEK_SET) == -1 && errno == ESPIPE, "trace: cannot be sought");

	child = fork();
	if (child == 0) {
		int other = trace_open(0);
		bool header = read(other, line, sizeof(line)) > 0;

		exit(!(header && read(other, line, sizeof(line)) > 0));
	}
	/* Its open() is done when it has nothing to read; its end shows that it has. */
	while (waitpid(child, &status, WNOHANG) == 0) {
		connect_to(tcp_socket(AF_INET), "127.0.0.1", 1);
		must(poll(&waits, 1, 10000) == 1, "poll");
	}
	check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "trace: a read waits for an event");
	close(trace);
}

/* Two readers see the same, with numbers of their own; another namespace's, nothing. */
static void readers(void)
{
	int first = trace_open(O_NONBLOCK), second, elsewhere;
	struct view one, two;
	pid_t child;

	connect_to(tcp_socket(AF_INET), "127.0.0.1", 1);
	second = trace_open(O_NONBLOCK);
	child = fork();
	if (child == 0) {
		enter_new_namespace();
		elsewhere = trace_open(O_NONBLOCK);
		must(connect_to(tcp_socket(AF_INET), "127.0.0.1", 1) == -1, "connect");
		one = trace_now(elsewhere);
		check(find_row(&one, NULL, "number", "1", NULL) &&
		      !find_row(&one, NULL, "destination_port", "2", NULL),
		      "trace: another namespace sees its own");
		exit(0);
	}
	connect_to(tcp_socket(AF_INET), "127.0.0.1", 2);
	waitpid(child, NULL, 0);
	one = trace_now(first);
	two = trace_now(second);
	check(find_row(&one, NULL, "destination_port", "1", NULL) &&
	      !find_row(&two, NULL, "destination_port", "1", NULL),
	      "trace: begins when it is opened");
	check(find_row(&two, NULL, "number", "1", "destination_port", "2", NULL) != NULL,
	      "trace: each reader counts for itself");
	check(!strcmp(segment_of(&one, "S", "2"), segment_of(&two, "S", "2")),
	      "trace: a segment's number is the same for both");
	close(first);
	close(second);
}

static void limits(void)
{
	int fds[64], count = 0;
	pid_t child;

	while (count < 64 && (fds[count] = open(TRACE, O_RDONLY)) >= 0)
		count++;
	check(count == 16 && errno == EBUSY, "trace: sixteen readers a namespace, then EBUSY");
	while (count)
		close(fds[--count]);

	child = fork();
	if (child == 0) {
		must(setgid(65534) == 0 && setuid(65534) == 0, "setuid");
		check(open(TRACE, O_RDONLY) == -1 && errno == EPERM, "nobody: trace is EPERM");
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)
			check(open(TRACE, O_RDONLY) >= 0,
			      "root of a user namespace: the trace of its own network namespace");
		exit(0);
	}
	waitpid(child, NULL, 0);
}

void run_trace_checks(void)
{
	run("trace: refused, IPv4", refused_v4);
	run("trace: refused, IPv6", refused_v6);
	run("trace: accepted", accepted);
	run("trace: queue full", queue_full);
	run("trace: others", others);
	run("trace: waiting", waiting);
	run("trace: readers", readers);
	run("trace: limits", limits);
	run("trace: churn", trace_churn);
	trace_unload();
}
