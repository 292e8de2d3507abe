// SPDX-License-Identifier: MIT
//
// What the rules of nftables, those that iptables-nft made included, do to the segments of one
// connection. A table of the lab's own sets "meta nftrace" on these segments alone, and the
// kernel then reports each rule that decides (nft_trace_notify(), NFNLGRP_NFTRACE). The table
// belongs to a netlink socket (NFT_TABLE_F_OWNER, Linux 5.12): it ends with this object, and
// with the process, whatever kills it. No rule of the user is changed.
#pragma once

#include <libmnl/libmnl.h>

#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "net/nftables.hpp"
#include "record/rule_trace.hpp"

namespace lab::filter {

// A connection by its first segment; a port of 0: any.
struct RuleFlow {
  Endpoint source, destination;
};

// Where rules may be besides the hooks of IP.
struct LinkHooks {
  // Interfaces at whose hook "ingress" rules are; none: there are no such rules. Their names are
  // those that nft can quote (can_be_quoted()).
  std::vector<std::string> devices = {};
  bool bridge = false;  // rules of the family bridge
};

// The kernel allows more in the name of an interface than nft's language can write.
bool can_be_quoted(const std::string& device);

// The commands that make the table, one for each family. Pure.
std::string trace_table(const std::string& name, const std::vector<RuleFlow>& flows,
                        const LinkHooks& links = {});

// The segment of a trace message, from its headers. Nothing: it is no TCP.
std::optional<Segment> segment_from(Family family, const std::uint8_t* network,
                                    std::size_t network_size, const std::uint8_t* transport,
                                    std::size_t transport_size);

class RuleTrace {
 public:
  // `place` goes into the events. All flows are of one family. Throws EnvironmentError where
  // rules cannot be traced; its text says why. `space` must outlive it.
  RuleTrace(const Namespace& space, std::size_t place, const std::vector<RuleFlow>& flows,
            const LinkHooks& links = {});

  // For poll(2): readable when there is an event.
  int fd() const { return ::mnl_socket_get_fd(netlink_.get()); }
  // Appends the events since the last call; never waits.
  void drain(std::vector<TracedRule>& into);
  std::size_t place() const { return place_; }
  // The kernel had no room for some events, or what some rules do could not be read.
  bool lost() const { return lost_; }
  // Fills in the text of each rule of this place, as nft prints it, and what it does.
  void add_texts(std::vector<TracedRule>& rules);

 private:
  struct Closer {
    void operator()(mnl_socket* socket) const { ::mnl_socket_close(socket); }
  };
  void add(const nlmsghdr* message, std::vector<TracedRule>& into);

  // The packet that has the kernel's number now. The number is made of the memory and the flow of
  // the packet (nft_trace_init()): one that is sent again, or answers it, may get the same.
  struct Seen {
    std::uint32_t number = 0;        // ours
    std::set<std::string> begun;     // the hooks that it has come into, by family and name
    std::optional<Segment> segment;  // its last headers
  };
  Seen& seen_at(std::uint32_t id, const TracedRule& rule, bool is_policy);

  std::size_t place_;
  std::string table_;
  std::unique_ptr<mnl_socket, Closer> netlink_;
  Nftables nftables_;                      // owns the table
  std::map<std::uint32_t, Seen> packets_;  // that our table has marked
  std::uint32_t packets_seen_ = 0;
  bool lost_ = false;
};

// What the rule does besides its verdict, by libnftables-json(5) of its statements ("expr") and,
// for targets of iptables, by its text. Pure.
TracedRule::Action action_of(const nlohmann::json& statements, const std::string& text);

// By (family, table) "ip nat", each rule's text by its handle, from `nft -a list ruleset`. Pure.
std::map<std::string, std::map<std::uint64_t, std::string>> rule_texts(const std::string& ruleset);

}  // namespace lab::filter
