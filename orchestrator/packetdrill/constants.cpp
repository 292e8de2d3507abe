// SPDX-License-Identifier: MIT
//
// The constants of the system's headers that scripts use (packetdrill's symbols_linux.c).
#include <fcntl.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "packetdrill/arguments.hpp"
#include "util/error.hpp"

namespace lab::packetdrill {
namespace {

#define CONSTANT(name) {#name, static_cast<std::int64_t>(name)}

const std::map<std::string, std::int64_t>& of_files() {
  static const std::map<std::string, std::int64_t> all = {
      CONSTANT(O_RDONLY),      CONSTANT(O_WRONLY),     CONSTANT(O_RDWR),
      CONSTANT(O_NONBLOCK),    CONSTANT(O_CREAT),      CONSTANT(O_TRUNC),
      CONSTANT(SIOCINQ),       CONSTANT(SIOCOUTQ),     CONSTANT(FIONREAD),
      CONSTANT(SIOCOUTQNSD),   CONSTANT(SIOCATMARK),
      CONSTANT(EPOLL_CTL_ADD), CONSTANT(EPOLL_CTL_MOD), CONSTANT(EPOLL_CTL_DEL),
      CONSTANT(EPOLLIN),       CONSTANT(EPOLLPRI),     CONSTANT(EPOLLOUT),
      CONSTANT(EPOLLERR),      CONSTANT(EPOLLHUP),     CONSTANT(EPOLLRDNORM),
      CONSTANT(EPOLLRDBAND),   CONSTANT(EPOLLWRNORM),  CONSTANT(EPOLLWRBAND),
      CONSTANT(EPOLLRDHUP),    CONSTANT(EPOLLET),      CONSTANT(EPOLLONESHOT),
      CONSTANT(EPOLLEXCLUSIVE),
      CONSTANT(POLLIN),        CONSTANT(POLLPRI),      CONSTANT(POLLOUT),
      CONSTANT(POLLRDHUP),     CONSTANT(POLLERR),      CONSTANT(POLLHUP),
      CONSTANT(POLLNVAL),      CONSTANT(POLLRDNORM),   CONSTANT(POLLWRNORM),
      {"NULL", 0}};
  return all;
}

const std::map<std::string, std::int64_t>& of_messages() {
  static const std::map<std::string, std::int64_t> all = {
      CONSTANT(MSG_OOB),      CONSTANT(MSG_PEEK),     CONSTANT(MSG_DONTROUTE),
      CONSTANT(MSG_CTRUNC),   CONSTANT(MSG_TRUNC),    CONSTANT(MSG_DONTWAIT),
      CONSTANT(MSG_EOR),      CONSTANT(MSG_WAITALL),  CONSTANT(MSG_ERRQUEUE),
      CONSTANT(MSG_NOSIGNAL), CONSTANT(MSG_MORE),     CONSTANT(MSG_FASTOPEN),
      CONSTANT(MSG_ZEROCOPY), CONSTANT(IP_RECVERR),   CONSTANT(IPV6_RECVERR),
      CONSTANT(SOL_SOCKET),   CONSTANT(SCM_TIMESTAMPING),
      {"SOL_IP", IPPROTO_IP},         {"IPPROTO_IP", IPPROTO_IP},
      {"SOL_IPV6", IPPROTO_IPV6},     {"IPPROTO_IPV6", IPPROTO_IPV6},
      {"SOL_TCP", IPPROTO_TCP},       {"IPPROTO_TCP", IPPROTO_TCP},
      {"TCP_CM_INQ", TCP_INQ},
      CONSTANT(SCM_TSTAMP_SND),            CONSTANT(SCM_TSTAMP_SCHED),
      CONSTANT(SCM_TSTAMP_ACK),            CONSTANT(SO_EE_ORIGIN_NONE),
      CONSTANT(SO_EE_ORIGIN_LOCAL),        CONSTANT(SO_EE_ORIGIN_ICMP),
      CONSTANT(SO_EE_ORIGIN_ICMP6),        CONSTANT(SO_EE_ORIGIN_TIMESTAMPING),
      CONSTANT(SO_EE_ORIGIN_ZEROCOPY),     CONSTANT(SO_EE_CODE_ZEROCOPY_COPIED)};
  return all;
}

const std::map<std::string, std::int64_t>& of_options() {
  static const std::map<std::string, std::int64_t> all = {
      CONSTANT(IP_PMTUDISC_DONT),  CONSTANT(IP_PMTUDISC_WANT),
      CONSTANT(IP_PMTUDISC_DO),    CONSTANT(IP_PMTUDISC_PROBE),
      CONSTANT(IP_MTU_DISCOVER),   CONSTANT(IP_TOS),
      CONSTANT(IP_TTL),              CONSTANT(SO_TIMESTAMPING),
      CONSTANT(SO_RCVTIMEO),       CONSTANT(SO_SNDTIMEO),
      {"TCP_FASTOPEN_KEY", 33},  // linux/tcp.h
      CONSTANT(SOF_TIMESTAMPING_TX_HARDWARE),  CONSTANT(SOF_TIMESTAMPING_TX_SOFTWARE),
      CONSTANT(SOF_TIMESTAMPING_RX_HARDWARE),  CONSTANT(SOF_TIMESTAMPING_RX_SOFTWARE),
      CONSTANT(SOF_TIMESTAMPING_SOFTWARE),     CONSTANT(SOF_TIMESTAMPING_RAW_HARDWARE),
      CONSTANT(SOF_TIMESTAMPING_OPT_ID),       CONSTANT(SOF_TIMESTAMPING_TX_SCHED),
      CONSTANT(SOF_TIMESTAMPING_TX_ACK),       CONSTANT(SOF_TIMESTAMPING_OPT_CMSG),
      CONSTANT(SOF_TIMESTAMPING_OPT_TSONLY),   CONSTANT(SOF_TIMESTAMPING_OPT_STATS),
      {"SOF_TIMESTAMPING_OPT_ID_TCP", 1 << 16},  // linux/net_tstamp.h, of newer headers
      {"IPTOS_DSCP_CS1", 0x20},  {"IPTOS_DSCP_CS2", 0x40}, {"IPTOS_DSCP_CS3", 0x60},
      {"IPTOS_DSCP_CS4", 0x80},  {"IPTOS_DSCP_CS5", 0xa0}, {"IPTOS_DSCP_CS6", 0xc0},
      {"IPTOS_DSCP_CS7", 0xe0},  {"IPTOS_DSCP_AF11", 0x28}, {"IPTOS_DSCP_EF", 0xb8}};
  return all;
}

#undef CONSTANT

std::optional<std::int64_t> named_constant(const std::string& name) {
  for (const auto* all : {&of_files(), &of_messages(), &of_options()})
    if (const auto found = all->find(name); found != all->end()) return found->second;
  if (const int error = errno_from_name(name); error != 0) return error;
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> constant_of(const Expression& expression) {
  if (expression.kind == Expression::Kind::integer) return expression.number;
  if (expression.kind == Expression::Kind::word) return named_constant(expression.text);
  if (expression.kind != Expression::Kind::either) return std::nullopt;
  std::int64_t all = 0;
  for (const Expression& part : expression.parts) {
    const auto value = constant_of(part);
    if (!value) return std::nullopt;
    all |= *value;
  }
  return all;
}

}  // namespace lab::packetdrill
