// SPDX-License-Identifier: MIT
/* What each view must show of sockets of every sort. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmod_check.h"
#include "kmod_poke.h"
#include "kmod_sockets.h"
#include "kmod_view.h"
#include "tcp_lookup/contract.h"

static void info(void)
{
	struct view view = view_read(TCP_LOOKUP_VIEW_INFO);
	struct stat st;
	char number[24];

	must(stat("/proc/thread-self/ns/net", &st) == 0, "ns/net");
	snprintf(number, sizeof(number), "%lu", (unsigned long)st.st_ino);
	check(find_row(&view, NULL, "name", "schema", "value", "1", NULL), "info: schema is 1");
	check(find_row(&view, NULL, "name", "netns_inode", "value", number, NULL),
	      "info: netns_inode is that of ns/net");
	view_free(&view);
}

/* A server that forgot listen(); then it remembers. */
static void bound_not_listening(void)
{
	int fd = bound_socket("0.0.0.0", 8888), fd6 = bound_socket("::1", 8889);
	struct view bound = view_read(TCP_LOOKUP_VIEW_BOUND);

	check(find_row(&bound, NULL, "cookie", cookie(fd), "role", "nothing", "state", "CLOSED",
		       "local_address", "0.0.0.0", "local_port", "8888", "family", "inet",
		       "remote_address", "-", "inode", inode(fd), NULL), "bound: IPv4, role nothing");
	check(find_row(&bound, NULL, "cookie", cookie(fd6), "role", "nothing", "local_address",
		       "::1", "family", "inet6", "v6only", "1", NULL),
	      "bound: IPv6, role nothing; v6only, as every address but :: is");
	view_free(&bound);
	check(!in_view("listeners", "local_port", "8888"), "listeners: not there");
	check(!in_view("ehash", "local_port", "8888"), "ehash: not there");
	check_verdict("127.0.0.1:40000 127.0.0.1:8888\n", "RST", "-", "-");
	check(step_is("127.0.0.1:40000 127.0.0.1:8888", "bind", "hit", "cookie", cookie(fd)),
	      "the bind step finds it");
	check_verdict("[::1]:40000 [::1]:8889\n", "RST", "-", "-");

	must(listen(fd, 7) == 0 && listen(fd6, 7) == 0, "listen");
	check(appears("listeners", "cookie", cookie(fd), "accept_queue_max", "7"),
	      "listeners: there after listen(7)");
	check(appears("bound", "cookie", cookie(fd), "role", "listening"),
	      "bound: role listening");
	check_verdict("127.0.0.1:40000 127.0.0.1:8888\n", "CONN-REQUEST", cookie(fd), "-");
	check(step_is("127.0.0.1:40000 127.0.0.1:8888", "lhash2-wildcard", "hit", "score", "2"),
	      "found by the wildcard, score 2");
	check_verdict("[::1]:40000 [::1]:8889\n", "CONN-REQUEST", cookie(fd6), "-");
	check(step_is("[::1]:40000 [::1]:8889", "lhash2-exact", "hit", "score", "1"),
	      "found by its address, score 1");
	check_verdict("[::1]:40000 [::1]:8890\n", "RST", "-", "-");
	check(step_is("[::1]:40000 [::1]:8890", "bind", "miss", "cookie", "-"),
	      "a port that nobody has: bind misses");
}

static void dual_stack(void)
{
	int both = listener("::", 80), only = bound_socket("::", 0), client = tcp_socket(AF_INET);
	struct sockaddr_in6 name;
	socklen_t size = sizeof(name);
	char question[80], port[8];

	check_verdict("127.0.0.1:40000 127.0.0.1:80\n", "CONN-REQUEST", cookie(both), "-");
	check(step_is("127.0.0.1:40000 127.0.0.1:80", "lhash2-wildcard", "hit", "score", "1"),
	      "dual-stack: IPv4 scores 1 with an IPv6 listener");
	must(connect_to(client, "127.0.0.1", 80) == 0, "connect");
	check(appears("ehash", "family", "inet6", "local_address", "::ffff:127.0.0.1"),
	      "dual-stack: the child is inet6, with a mapped address");
	check(appears("listeners", "accept_queue", "1", "cookie", cookie(both)),
	      "listeners: one waits for accept()");

	close(only);
	only = tcp_socket(AF_INET6);
	set(only, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	must(listen(only, 1) == 0, "listen");
	must(getsockname(only, (struct sockaddr *)&name, &size) == 0, "getsockname");
	snprintf(port, sizeof(port), "%d", ntohs(name.sin6_port));
	check(appears("listeners", "local_port", port, "v6only", "1"), "listeners: v6only is 1");
	snprintf(question, sizeof(question), "127.0.0.1:1 127.0.0.1:%s\n", port);
	check_verdict(question, "RST", "-", "-");
}

static void self_connect(const char *ip, const char *tuple)
{
	int fd = bound_socket(ip, 34567);
	struct view ehash;

	must(connect_to(fd, ip, 34567) == 0, "connect to self");
	ehash = view_read(TCP_LOOKUP_VIEW_EHASH);
	check(ehash.count == 1 &&
	      find_row(&ehash, NULL, "cookie", cookie(fd), "state", "ESTABLISHED", "kind", "full",
		       "local_address", ip, "remote_address", ip, "local_port", "34567",
		       "remote_port", "34567", "inode", inode(fd), NULL),
	      "self-connect: one row whose ends are equal");
	view_free(&ehash);
	check_verdict(tuple, "CHALLENGE-ACK", cookie(fd), "-");
	check(step_is(tuple, "lhash2-exact", "skipped", "walked", "-"),
	      "self-connect: lhash2 is not reached");
}

static void self_connect_v4(void) { self_connect("127.0.0.1", "127.0.0.1:34567 127.0.0.1:34567"); }
static void self_connect_v6(void) { self_connect("::1", "[::1]:34567 [::1]:34567"); }

/* TIME-WAIT, SYN-SENT, and a request socket: the kinds that are no tcp_sock. */
static void kinds(void)
{
	int server = listener("127.0.0.1", 80), client = bound_socket("127.0.0.1", 40000), child;
	int waiting = bound_socket("127.0.0.1", 40001), full = bound_socket("127.0.0.1", 81);

	must(connect_to(client, "127.0.0.1", 80) == 0, "connect");
	child = accept(server, NULL, NULL);
	must(child >= 0, "accept");
	close(client);
	must(read(child, &(char){0}, 1) == 0, "read the FIN");
	close(child);
	check(appears("ehash", "kind", "timewait", "state", "TIME-WAIT"), "ehash: TIME-WAIT");
	check(appears("bound", "kind", "timewait", "role", "connected"), "bound: TIME-WAIT");
	check(step_is("127.0.0.1:80 127.0.0.1:40000", "verdict", "hit", "verdict", "TIME-WAIT"),
	      "verdict TIME-WAIT");

	/* With TCP_DEFER_ACCEPT the bare ACK of the handshake is not enough. */
	set(server, IPPROTO_TCP, TCP_DEFER_ACCEPT, 30);
	must(connect_to(waiting, "127.0.0.1", 80) == 0, "connect");
	check(appears("ehash", "kind", "request", "state", "SYN-RECEIVED"), "ehash: request");
	check(step_is("127.0.0.1:40001 127.0.0.1:80", "verdict", "hit", "verdict", "REQUEST"),
	      "verdict REQUEST");
	check(step_is("127.0.0.1:80 127.0.0.1:40001", "verdict", "hit", "verdict", "CHALLENGE-ACK"),
	      "its client is ESTABLISHED: CHALLENGE-ACK");

	/* A full accept queue drops every further SYN. */
	must(listen(full, 0) == 0, "listen");
	must(connect_to(tcp_socket(AF_INET), "127.0.0.1", 81) == 0, "connect");
	client = bound_socket("127.0.0.1", 40002);
	nonblocking(client);
	must(connect_to(client, "127.0.0.1", 81) == -1 && errno == EINPROGRESS, "connect");
	check(appears("ehash", "cookie", cookie(client), "state", "SYN-SENT"), "ehash: SYN-SENT");
	check_verdict("127.0.0.1:81 127.0.0.1:40002", "SIMULTANEOUS-OPEN", cookie(client), "-");
}

/* The group's member that is predicted is the one that gets the connection. */
static void reuseport(const char *ip, const char *format)
{
	int fd[4], client, hits = 0, queries = 32;
	struct pollfd ready[4];

	for (int i = 0; i < 4; i++) {
		union address a = address(ip, 80);

		fd[i] = tcp_socket(a.any.sa_family);
		set(fd[i], SOL_SOCKET, SO_REUSEPORT, 1);
		must(bind(fd[i], &a.any, length(&a)) == 0 && listen(fd[i], 64) == 0, "reuseport");
		nonblocking(fd[i]);
		ready[i] = (struct pollfd){.fd = fd[i], .events = POLLIN};
	}
	for (int port = 40000; port < 40000 + queries; port++) {
		char question[80];
		struct view view;
		const struct line *row;

		snprintf(question, sizeof(question), format, port);
		view = ask(question);
		row = find_row(&view, NULL, "step", "verdict", "agrees", "yes", NULL);
		client = bound_socket(ip, port);
		must(connect_to(client, ip, 80) == 0, "connect");
		must(poll(ready, 4, 10000) == 1, "one listener has a connection");
		for (int i = 0; i < 4; i++)
			if (accept(fd[i], NULL, NULL) >= 0)
				hits += row && !strcmp(cell(&view, row, "cookie"), cookie(fd[i]));
		view_free(&view);
	}
	check(hits == queries, "reuseport: each connection goes where it was predicted");
}

static void reuseport_v4(void) { reuseport("127.0.0.1", "127.0.0.1:%d 127.0.0.1:80"); }
static void reuseport_v6(void) { reuseport("::1", "[::1]:%d [::1]:80"); }

static int reuseport_listener(const char *on_device)
{
	int fd = tcp_socket(AF_INET);
	union address a = address("0.0.0.0", 81);

	set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	must(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, on_device,
			(socklen_t)strlen(on_device)) == 0, "SO_BINDTODEVICE");
	must(bind(fd, &a.any, length(&a)) == 0 && listen(fd, 4) == 0, "listen");
	return fd;
}

static void device(void)
{
	int fd = bound_socket("0.0.0.0", 80);

	must(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) == 0, "SO_BINDTODEVICE");
	must(listen(fd, 1) == 0, "listen");
	check(appears("listeners", "device", "lo", "cookie", cookie(fd)), "listeners: device lo");
	check_verdict("127.0.0.1:1 127.0.0.1:80", "RST", "-", "no-device");
	check_verdict("127.0.0.1:1 127.0.0.1:80 dev lo", "CONN-REQUEST", cookie(fd), "-");
	check(step_is("127.0.0.1:1 127.0.0.1:80 dev lo", "lhash2-wildcard", "hit", "score", "3"),
	      "bound to the device: score 3");

	/* Two groups on one port, one of them bound: the first that is met wins. */
	reuseport_listener("lo");
	reuseport_listener("");
	check(step_is("127.0.0.1:1 127.0.0.1:81 dev lo", "verdict", "hit", "agrees", "yes"),
	      "two groups, the unbound one newer: walk and kernel agree");
	reuseport_listener("lo");
	check(step_is("127.0.0.1:1 127.0.0.1:81 dev lo", "verdict", "hit", "agrees", "yes"),
	      "two groups, the bound one newer: walk and kernel agree");
}

static void refused(int fd, const char *text, int error, const char *line, const char *column)
{
	struct view view;
	char what[120];
	bool fails;

	errno = 0;
	fails = write(fd, text, strlen(text)) == -1 && errno == error;
	view = view_from_fd(fd, 65536);
	snprintf(what, sizeof(what), "refused, line %s column %s: %s", line, column,
		 view.count ? cell(&view, &view.rows[0], "reason") : "no row");
	check(fails && view.count == 1 &&
	      find_row(&view, NULL, "line", line, "column", column, NULL), what);
	view_free(&view);
}

static void errors(void)
{
	static char big[TCP_LOOKUP_WRITE_MAX + 2], many[(TCP_LOOKUP_QUERIES_MAX + 1) * 20 + 1];
	int fd = open(LOOKUP, O_RDWR);
	struct view view;

	must(fd >= 0, LOOKUP);
	view = view_from_fd(fd, 1);
	check(view.count == 0 && view.header.words == 20, "before any write: just the header");
	view_free(&view);

	refused(fd, "x", EINVAL, "1", "1");
	refused(fd, "# a remark\n\n1.2.3.4:5 1.2.3.4\n", EINVAL, "3", "18");
	refused(fd, "1.2.3.4:5", EINVAL, "1", "10");
	refused(fd, "1.2.3.4:65536 1.2.3.4:1", EINVAL, "1", "9");
	refused(fd, "1.2.3.4:1x 1.2.3.4:1", EINVAL, "1", "10");
	refused(fd, "1.2.3.4:1 [::1]:1", EINVAL, "1", "11");
	refused(fd, "1.2.3.4:0000000080 1.2.3.4:1", EINVAL, "1", "9");
	refused(fd, "1.2.3.256:1 1.2.3.4:1", EINVAL, "1", "1");
	refused(fd, "1.2.3:1 1.2.3.4:1", EINVAL, "1", "1");
	refused(fd, "1.2.3.4 1.2.3.4:1", EINVAL, "1", "8");
	refused(fd, "[::1:1 [::1]:1", EINVAL, "1", "2");
	refused(fd, "[::1:1 1.2.3.4:1", EINVAL, "1", "1");
	refused(fd, "[::ffff:1.2.3.4]:1 [::1]:1", EINVAL, "1", "2");
	refused(fd, "1.2.3.4:1 1.2.3.4:1 via lo", EINVAL, "1", "21");
	refused(fd, "1.2.3.4:1 1.2.3.4:1 dev", EINVAL, "1", "24");
	refused(fd, "1.2.3.4:1 1.2.3.4:1 dev nosuch", EINVAL, "1", "25");
	refused(fd, "1.2.3.4:1 1.2.3.4:1 dev lo x", EINVAL, "1", "28");
	memset(big, '\n', sizeof(big) - 1);
	refused(fd, big, E2BIG, "-", "-");
	for (int i = 0; i <= TCP_LOOKUP_QUERIES_MAX; i++)
		memcpy(many + (size_t)i * 20, "1.1.1.1:1 1.1.1.1:1\n", 20);
	refused(fd, many, E2BIG, "1025", "1");

	must(write(fd, "1.1.1.1:1 1.1.1.1:1\n", 20) == 20, "write");
	view = view_from_fd(fd, 3);
	check(view.count == 5, "after a refusal, a good write is answered; read 3 bytes at a time");
	view_free(&view);
	must(write(fd, "1.1.1.1:1 1.1.1.1:1\n[::1]:1 [::1]:2\r\n", 37) == 37, "write");
	view = view_from_fd(fd, 4096);
	check(view.count == 10 && find_row(&view, NULL, "query", "2", "step", "verdict",
					   "handler", "tcp_v6_send_reset", NULL),
	      "two questions, ten rows");
	view_free(&view);
}

/* Another namespace's sockets do not exist here. */
static void namespaces(void)
{
	int fd = listener("127.0.0.1", 4711), client = tcp_socket(AF_INET);
	pid_t child;

	must(connect_to(client, "127.0.0.1", 4711) == 0, "connect");
	child = fork();

	if (child == 0) {
		must(unshare(CLONE_NEWNET) == 0, "unshare");
		check(in_view("info", "name", "schema"), "a new namespace has the views");
		for (int i = 0; i < 3; i++) {
			struct view view = view_read((const char *[]){"listeners", "bound", "ehash"}[i]);

			check(view.count == 0, "a new namespace's table is empty");
			view_free(&view);
		}
		check_verdict("127.0.0.1:1 127.0.0.1:4711", "RST", "-", "-");
		exit(0);
	}
	waitpid(child, NULL, 0);
	check(in_view("listeners", "cookie", cookie(fd)), "the listener is still in its own");
}

static void privileges(void)
{
	pid_t child = fork();
	int fd;

	if (child == 0) {
		must(setgid(65534) == 0 && setuid(65534) == 0, "setuid");
		check(open(LOOKUP, O_RDWR) == -1 && errno == EPERM, "nobody: lookup is EPERM");
		check(open("/proc/thread-self/net/tcp_lookup/ehash", O_RDONLY) >= 0,
		      "nobody: ehash can be read");
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET)) {
			printf("# user namespaces: %s\n", strerror(errno));
			exit(0);
		}
		fd = open(LOOKUP, O_RDWR);
		check(fd >= 0 && write(fd, "1.1.1.1:1 1.1.1.1:1", 19) == 19,
		      "root of a user namespace: lookup in its own network namespace");
		exit(0);
	}
	waitpid(child, NULL, 0);
}

void run_view_checks(void)
{
	run("info", info);
	run("bound, not listening", bound_not_listening);
	run("dual stack", dual_stack);
	run("self-connect, IPv4", self_connect_v4);
	run("self-connect, IPv6", self_connect_v6);
	run("kinds", kinds);
	run("reuseport, IPv4", reuseport_v4);
	run("reuseport, IPv6", reuseport_v6);
	run("device", device);
	run("errors", errors);
	run("namespaces", namespaces);
	run("privileges", privileges);
}
