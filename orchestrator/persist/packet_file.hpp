// SPDX-License-Identifier: MIT
//
// Packets written as pcapng as they come, so that another program can read them
// meanwhile. An interface is described no later than its first packet.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "persist/lab.hpp"
#include "record/packet.hpp"
#include "util/fd.hpp"

namespace lab::persist {

class PacketFile {
 public:
  // "-": standard output. `host`: of whose packets. Throws UsageError when the file
  // cannot be made.
  PacketFile(const std::string& path, const Lab& lab, const std::string& host);

  void add(const Packet& packet);
  // Writes what was added. A reader that has gone is not an error: then nothing more is
  // written.
  void flush();
  // Throws EnvironmentError when not all could be written.
  void finish();

 private:
  std::uint32_t number_of(const std::string& device);

  std::string path_, host_;
  Fd own_;  // none: standard output
  int fd_;
  std::string pending_;
  std::map<std::string, std::uint32_t> interfaces_;
  bool gone_ = false;  // the reader
  int error_ = 0;
};

}  // namespace lab::persist
