// SPDX-License-Identifier: MIT
//
// The first witness: tcp_lookup.ko, as one network namespace shows it under
// /proc/net/tcp_lookup.
//
// Bound to a namespace: the files are opened in the namespace that the calling
// thread is in and stay there, because seq_open_net() pins the namespace. They keep
// it alive. One thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/lookup.hpp"
#include "record/row.hpp"
#include "util/fd.hpp"

namespace lab {

struct ModuleHere;

class Module {
 public:
  // In the namespace that the calling thread is in. A missing module, or one with
  // another schema, is not an error: see why_not. Throws SystemError.
  static ModuleHere open_here();

  // Facts of this kernel and this namespace, by name (the contract lists them).
  const std::map<std::string, std::string>& info() const { return info_; }
  // The same facts as they are now: some of them are counters. Throws as the
  // tables do.
  std::map<std::string, std::string> read_info();

  // The tables, in the order of their buckets. Throw SystemError, and
  // EnvironmentError when the text violates the contract.
  std::vector<Row> listeners();
  std::vector<Row> bound();
  std::vector<Row> ehash();

  // What a SYN with each of these 4-tuples would meet, in the order of the questions.
  // Throws UsageError when the module refuses one (such as a missing device),
  // EnvironmentError without CAP_NET_ADMIN.
  std::vector<LookupAnswer> lookup(const std::vector<Tuple>& tuples);

 private:
  struct View {
    std::string path;
    Fd file;
    int error = 0;  // why it could not be opened
  };

  static View open(std::string_view view, int flags);
  // Valid until the next call.
  std::string_view read(const View& view);
  std::vector<LookupAnswer> ask(const std::vector<Tuple>& tuples, const std::string& questions);

  View facts_, listeners_, bound_, ehash_, lookup_;
  std::map<std::string, std::string> info_;
  std::string text_;  // kept for its capacity
};

struct ModuleHere {
  std::optional<Module> module;
  std::string why_not;  // set when module is not
};

}  // namespace lab
