// SPDX-License-Identifier: MIT
//
// Which files to load, in which order, for a kernel module requested by name or by
// alias: what modprobe does, from the two text files that depmod makes (modules.dep(5)).
// The real modprobe would add a dozen megabytes of libraries to the guest's image.
//
// Pure: no file is read and no module loaded here.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lab::vm {

class ModuleIndex {
 public:
  // The contents of modules.dep and modules.alias. Invalid lines are skipped, as modprobe
  // does.
  ModuleIndex(std::string_view dependencies, std::string_view aliases);

  // The files to load for `wanted`, a module's name ("tcp_diag", '-' and '_'
  // are the same) or an alias ("net-pf-16-proto-4-type-2-6"), what they depend
  // on first. Paths as in modules.dep, below /lib/modules/RELEASE. Empty: the
  // image has no such module, or it is built into the kernel.
  std::vector<std::string> load_order(std::string_view wanted) const;

 private:
  struct Alias {
    std::string pattern;  // as for fnmatch(3)
    std::string module;
  };

  // Name → its own file, then the files it needs, the nearest need first.
  std::map<std::string, std::vector<std::string>, std::less<>> files_;
  std::vector<Alias> aliases_;
};

// "kernel/net/ipv4/tcp_diag.ko" → "tcp_diag", "af-packet-diag.ko" → "af_packet_diag".
std::string module_name(std::string_view path);

}  // namespace lab::vm
