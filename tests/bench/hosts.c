// SPDX-License-Identifier: MIT
//
// A star of hosts by hand: network namespaces, each joined to a hub by a veth pair, with an
// address at each end and both ends up. By system calls and rtnetlink messages alone, one
// request at a time. What the orchestrator builds hosts with is measured beside it (hosts.sh).
//
//   hosts N      prints the milliseconds until all stand; they go when it ends
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct host {
  int space, rtnl;
};

struct request {
  struct nlmsghdr header;
  char rest[512];
};

static void require(int ok, const char *what) {
  if (ok) return;
  perror(what);
  exit(1);
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct host make_host(int home) {
  struct host host;
  require(unshare(CLONE_NEWNET) == 0, "unshare");
  host.space = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  host.rtnl = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  require(host.space >= 0 && host.rtnl >= 0, "socket");
  require(setns(home, CLONE_NEWNET) == 0, "setns");
  return host;
}

static void begin(struct request *request, int type, int flags, const void *fixed, size_t size) {
  memset(request, 0, sizeof *request);
  request->header.nlmsg_len = NLMSG_LENGTH(size);
  request->header.nlmsg_type = (unsigned short)type;
  request->header.nlmsg_flags = (unsigned short)(NLM_F_REQUEST | NLM_F_ACK | flags);
  memcpy(NLMSG_DATA(&request->header), fixed, size);
}

static struct rtattr *put(struct request *request, int type, const void *data, size_t size) {
  struct rtattr *at =
      (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
  at->rta_type = (unsigned short)type;
  at->rta_len = (unsigned short)RTA_LENGTH(size);
  if (size) memcpy(RTA_DATA(at), data, size);
  request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(at->rta_len);
  return at;
}

static void end(struct request *request, struct rtattr *nest) {
  nest->rta_len =
      (unsigned short)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len) - (char *)nest);
}

static void ask(int rtnl, struct request *request, const char *what) {
  char answer[4096];
  require(send(rtnl, request, request->header.nlmsg_len, 0) > 0, what);
  require(recv(rtnl, answer, sizeof answer, 0) > 0, what);
  const struct nlmsgerr *error = NLMSG_DATA((struct nlmsghdr *)answer);
  errno = -error->error;
  require(error->error == 0, what);
}

static void add_veth(struct host hub, int hub_index, struct host there) {
  struct request request;
  struct ifinfomsg link = {.ifi_index = hub_index}, peer = {.ifi_index = 2};
  char name[IFNAMSIZ];
  begin(&request, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
  put(&request, IFLA_IFNAME, name, (size_t)snprintf(name, sizeof name, "eth%d", hub_index) + 1);
  struct rtattr *info = put(&request, IFLA_LINKINFO, NULL, 0);
  put(&request, IFLA_INFO_KIND, "veth", 4);
  struct rtattr *data = put(&request, IFLA_INFO_DATA, NULL, 0);
  struct rtattr *far = put(&request, VETH_INFO_PEER, &peer, sizeof peer);
  put(&request, IFLA_IFNAME, "eth0", 5);
  put(&request, IFLA_NET_NS_FD, &there.space, sizeof there.space);
  end(&request, far);
  end(&request, data);
  end(&request, info);
  ask(hub.rtnl, &request, "RTM_NEWLINK");
}

static void configure(struct host host, int index, unsigned address) {
  struct request request;
  struct ifaddrmsg to = {.ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = (unsigned)index};
  struct ifinfomsg up = {.ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  const in_addr_t bytes = htonl(address);
  begin(&request, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &to, sizeof to);
  put(&request, IFA_LOCAL, &bytes, sizeof bytes);
  ask(host.rtnl, &request, "RTM_NEWADDR");
  begin(&request, RTM_NEWLINK, 0, &up, sizeof up);
  ask(host.rtnl, &request, "RTM_NEWLINK up");
}

int main(int argc, char **argv) {
  const int count = argc == 2 ? atoi(argv[1]) : 0;
  if (count < 1 || count > 65535) return fprintf(stderr, "usage: hosts N\n"), 2;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const double start = milliseconds();
  const int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  const struct host hub = make_host(home);
  for (int i = 0; i < count; ++i) {
    const struct host host = make_host(home);
    const unsigned network = 0x0a000000u + ((unsigned)i << 8);
    const int hub_index = i + 3;  // 1 is lo; 2 is the other end's
    add_veth(hub, hub_index, host);
    configure(hub, hub_index, network + 1);
    configure(host, 2, network + 2);
  }
  printf("%.1f\n", milliseconds() - start);
  return 0;
}
