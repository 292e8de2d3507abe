// SPDX-License-Identifier: MIT
//
// The folder of --pcap: one capture file per play.
#pragma once

#include <cstddef>
#include <string>

#include "record/timeline.hpp"
#include "report/play_result.hpp"

namespace lab::play {

class PcapFolder {
 public:
  // Creates the directory if it is missing, and checks that a file can be created in it, so
  // that a run does not lose its captures. Throws UsageError.
  explicit PcapFolder(std::string path);

  // Writes the play's file. Returns why that failed; empty: it succeeded. Does not throw,
  // because the play's report must still be written.
  std::string add(const Timeline& timeline, std::size_t round, std::size_t rounds) const;

 private:
  std::string path_;
};

// "simopen-ipv4.pcapng"; with a variant "rst-outside-ipv4.pcapng"; with several rounds
// "simopen-ipv4-0042.pcapng", numbered from 1 with leading zeros. `round` counts from 0.
std::string pcap_file_name(const Timeline& timeline, std::size_t round, std::size_t rounds);
// The same before the play has run.
std::string pcap_file_name(const report::PlayResult& named, std::size_t round, std::size_t rounds);

}  // namespace lab::play
