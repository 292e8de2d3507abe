// SPDX-License-Identifier: MIT
#include "view/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

namespace lab {
namespace {

using Ends = std::tuple<Kind, Endpoint, Endpoint>;

Ends ends_of(const Row& row) { return {row.kind, row.local, row.remote}; }

// For each row of the module the one of sock_diag that is the same socket.
class Matching {
 public:
  Matching(const std::vector<Row>& module, const std::vector<Row>& sock_diag)
      : module_(module),
        sock_diag_(sock_diag),
        partner_(module.size()),
        is_taken_(sock_diag.size()) {
    by_cookie();
    // Several listeners may share their ends (SO_REUSEPORT).
    by_ends(true);
    by_ends(false);
  }

  const Row* partner(std::size_t of_module) const {
    return partner_[of_module] ? &sock_diag_[*partner_[of_module]] : nullptr;
  }
  bool is_taken(std::size_t of_sock_diag) const { return is_taken_[of_sock_diag]; }

 private:
  void by_cookie() {
    std::unordered_map<std::uint64_t, std::size_t> rows;
    for (std::size_t i = 0; i < sock_diag_.size(); ++i)
      if (sock_diag_[i].cookie) rows.emplace(*sock_diag_[i].cookie, i);
    for (std::size_t i = 0; i < module_.size(); ++i) {
      if (!module_[i].cookie) continue;
      const auto found = rows.find(*module_[i].cookie);
      if (found != rows.end() && !is_taken_[found->second]) take(i, found->second);
    }
  }

  void by_ends(bool and_inode) {
    std::multimap<Ends, std::size_t> rows;
    for (std::size_t i = 0; i < sock_diag_.size(); ++i)
      if (!is_taken_[i]) rows.emplace(ends_of(sock_diag_[i]), i);
    for (std::size_t i = 0; i < module_.size(); ++i) {
      if (partner_[i]) continue;
      const auto [begin, end] = rows.equal_range(ends_of(module_[i]));
      const auto found = std::find_if(begin, end, [&](const auto& entry) {
        const Row& candidate = sock_diag_[entry.second];
        if (module_[i].cookie && candidate.cookie) return false;  // two sockets, then
        return !and_inode || candidate.inode == module_[i].inode;
      });
      if (found == end) continue;
      take(i, found->second);
      rows.erase(found);
    }
  }

  void take(std::size_t of_module, std::size_t of_sock_diag) {
    partner_[of_module] = of_sock_diag;
    is_taken_[of_sock_diag] = true;
  }

  const std::vector<Row>& module_;
  const std::vector<Row>& sock_diag_;
  std::vector<std::optional<std::size_t>> partner_;
  std::vector<bool> is_taken_;
};

// "inode 17 and 18": the fields that two rows of one socket disagree on.
std::vector<std::string> differing_fields(const Row& module, const Row& sock_diag) {
  std::vector<std::string> fields;
  const auto differ = [&fields](const char* name, const auto& one, const auto& other) {
    if (one != other) fields.push_back(fmt::format("{} {} and {}", name, one, other));
  };
  const auto differ_if_told = [&differ](const char* name, const auto& one, const auto& other) {
    if (one && other) differ(name, *one, *other);
  };
  differ("kind", to_string(module.kind), to_string(sock_diag.kind));
  differ("state", to_string(module.state), to_string(sock_diag.state));
  differ("local", module.local.str(), sock_diag.local.str());
  differ("remote", module.remote.str(), sock_diag.remote.str());
  differ("device", module.device.empty() ? "any" : module.device,
         sock_diag.device.empty() ? "any" : sock_diag.device);
  differ_if_told("uid", module.uid, sock_diag.uid);
  differ_if_told("inode", module.inode, sock_diag.inode);
  differ_if_told("v6only", module.v6only, sock_diag.v6only);
  differ_if_told("reuseaddr", module.reuseaddr, sock_diag.reuseaddr);
  differ_if_told("reuseport", module.reuseport, sock_diag.reuseport);
  differ_if_told("accept_queue", module.accept_queue, sock_diag.accept_queue);
  differ_if_told("accept_queue_max", module.accept_queue_max, sock_diag.accept_queue_max);
  if (module.role && sock_diag.role)
    differ("role", to_string(*module.role), to_string(*sock_diag.role));
  return fields;
}

}  // namespace

std::vector<std::string> disagreements(std::string_view what, const std::vector<Row>& module,
                                       const std::vector<Row>& sock_diag) {
  const Matching matching(module, sock_diag);
  std::vector<std::string> sentences;
  for (std::size_t i = 0; i < module.size(); ++i) {
    const Row* other = matching.partner(i);
    if (!other) {
      sentences.push_back(
          fmt::format("{}: module shows {}, sock_diag shows nothing", what, describe(module[i])));
      continue;
    }
    const auto fields = differing_fields(module[i], *other);
    if (!fields.empty())
      sentences.push_back(fmt::format("{}: module shows {}, sock_diag shows {}: {}", what,
                                      describe(module[i]), describe(*other),
                                      fmt::join(fields, ", ")));
  }
  for (std::size_t i = 0; i < sock_diag.size(); ++i)
    if (!matching.is_taken(i))
      sentences.push_back(fmt::format("{}: module shows nothing, sock_diag shows {}", what,
                                      describe(sock_diag[i])));
  return sentences;
}

}  // namespace lab
