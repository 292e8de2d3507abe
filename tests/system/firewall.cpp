// SPDX-License-Identifier: MIT
//
// nfnetlink by hand, as guests have no nft: a batch that makes a table and a
// chain (linux/netfilter/nf_tables.h).
#include "firewall.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <array>
#include <cerrno>
#include <cstdint>

#include "net/nftables.hpp"
#include "util/error.hpp"

namespace lab::test {
namespace {

constexpr const char* table = "lab";
constexpr int subsystem_shift = 8;

class Batch {
 public:
  Batch() { put(NFNL_MSG_BATCH_BEGIN, AF_UNSPEC, 0, NFNL_SUBSYS_NFTABLES); }

  nlmsghdr* put(int type, int family, int flags, int resource = 0) {
    nlmsghdr* header = ::mnl_nlmsg_put_header(bytes_.data() + size_);
    header->nlmsg_type = static_cast<std::uint16_t>(type);
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header->nlmsg_seq = ++sequence_;
    auto* message = static_cast<nfgenmsg*>(::mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg)));
    message->nfgen_family = static_cast<std::uint8_t>(family);
    message->version = NFNETLINK_V0;
    message->res_id = htons(static_cast<std::uint16_t>(resource));
    return header;
  }
  void close(const nlmsghdr* header) { size_ += header->nlmsg_len; }

  const void* data() const { return bytes_.data(); }
  std::size_t size() const { return size_; }

 private:
  alignas(nlmsghdr) std::array<char, 4096> bytes_{};
  std::size_t size_ = 0;
  std::uint32_t sequence_ = 0;
};

int nft(int message) { return NFNL_SUBSYS_NFTABLES << subsystem_shift | message; }

Batch chain_that_drops() {
  Batch batch;
  // The batch's own header has no attributes: its length is known.
  const auto* begin = static_cast<const nlmsghdr*>(batch.data());
  batch.close(begin);

  nlmsghdr* header = batch.put(nft(NFT_MSG_NEWTABLE), NFPROTO_INET, NLM_F_CREATE | NLM_F_ACK);
  ::mnl_attr_put_strz(header, NFTA_TABLE_NAME, table);
  batch.close(header);

  header = batch.put(nft(NFT_MSG_NEWCHAIN), NFPROTO_INET, NLM_F_CREATE | NLM_F_ACK);
  ::mnl_attr_put_strz(header, NFTA_CHAIN_TABLE, table);
  ::mnl_attr_put_strz(header, NFTA_CHAIN_NAME, "input");
  ::mnl_attr_put_strz(header, NFTA_CHAIN_TYPE, "filter");
  nlattr* hook = ::mnl_attr_nest_start(header, NFTA_CHAIN_HOOK);
  ::mnl_attr_put_u32(header, NFTA_HOOK_HOOKNUM, htonl(NF_INET_LOCAL_IN));
  ::mnl_attr_put_u32(header, NFTA_HOOK_PRIORITY, htonl(0));
  ::mnl_attr_nest_end(header, hook);
  ::mnl_attr_put_u32(header, NFTA_CHAIN_POLICY, htonl(NF_DROP));
  batch.close(header);

  batch.close(batch.put(NFNL_MSG_BATCH_END, AF_UNSPEC, 0, NFNL_SUBSYS_NFTABLES));
  return batch;
}

}  // namespace

bool drop_all_input(const Namespace& space) {
  mnl_socket* netlink =
      in(space, [] { return ::mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC); });
  if (!netlink && errno == EPROTONOSUPPORT) return false;
  if (!netlink) throw_errno("socket", "NETLINK_NETFILTER");
  const Batch batch = chain_that_drops();
  checked(::mnl_socket_bind(netlink, 0, MNL_SOCKET_AUTOPID), "bind", "NETLINK_NETFILTER");
  checked(::mnl_socket_sendto(netlink, batch.data(), batch.size()), "sendto", "NETLINK_NETFILTER");
  int error = 0;
  for (int acknowledged = 0; acknowledged < 2 && error == 0;) {
    alignas(nlmsghdr) std::array<char, 8192> answer;
    int left = static_cast<int>(checked(
        ::mnl_socket_recvfrom(netlink, answer.data(), answer.size()), "recv", "NETLINK_NETFILTER"));
    const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
    for (; ::mnl_nlmsg_ok(header, left); header = ::mnl_nlmsg_next(header, &left)) {
      if (header->nlmsg_type != NLMSG_ERROR) continue;
      ++acknowledged;
      error = -static_cast<const nlmsgerr*>(::mnl_nlmsg_get_payload(header))->error;
      if (error != 0) break;
    }
  }
  ::mnl_socket_close(netlink);
  if (error == EOPNOTSUPP || error == ENOENT) return false;
  if (error != 0) throw SystemError("nftables", "a chain that drops", error);
  return true;
}

bool traces_rules(const Namespace& space) try {
  return Nftables(space).run("table inet owned { flags owner; }").empty();
} catch (const EnvironmentError&) {
  return false;
}

}  // namespace lab::test
