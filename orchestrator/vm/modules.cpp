// SPDX-License-Identifier: MIT
#include "vm/modules.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "util/text.hpp"

namespace lab::vm {
namespace {

std::string with_underscores(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

}  // namespace

std::string module_name(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
  return with_underscores(path.substr(0, path.find(".ko")));
}

ModuleIndex::ModuleIndex(std::string_view dependencies, std::string_view aliases) {
  for (const auto line : lines(dependencies)) {
    // "kernel/net/ipv4/tcp_diag.ko: kernel/net/ipv4/inet_diag.ko …"
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto& files = files_[module_name(line.substr(0, colon))];
    files.assign(1, std::string(line.substr(0, colon)));
    for (const auto need : words(line.substr(colon + 1))) files.emplace_back(need);
  }
  for (const auto line : lines(aliases)) {
    // "alias net-pf-16-proto-4-type-2-6 tcp_diag"
    const auto word = words(line);
    if (word.size() != 3 || word[0] != "alias") continue;
    aliases_.push_back({std::string(word[1]), with_underscores(word[2])});
  }
}

std::vector<std::string> ModuleIndex::load_order(std::string_view wanted) const {
  std::vector<std::string> order;
  const auto add = [&](const std::string& module) {
    const auto found = files_.find(module);
    if (found == files_.end()) return;
    // depmod lists all of a module's needs, near ones first: so load backwards.
    for (auto file = found->second.rbegin(); file != found->second.rend(); ++file) {
      if (std::find(order.begin(), order.end(), *file) == order.end()) order.push_back(*file);
    }
  };
  add(with_underscores(wanted));
  if (!order.empty()) return order;
  const std::string name(wanted);
  for (const auto& alias : aliases_) {
    if (::fnmatch(alias.pattern.c_str(), name.c_str(), 0) == 0) add(alias.module);
  }
  return order;
}

}  // namespace lab::vm
