// SPDX-License-Identifier: MIT
//
// Where --pcap puts the captures: one file a play.
#pragma once

#include <cstddef>
#include <string>

#include "record/timeline.hpp"
#include "report/play_result.hpp"

namespace lab::play {

class PcapFolder {
 public:
  // Makes the directory if it is missing, and tries whether a file can be made
  // in it: a run whose captures are lost was in vain. Throws UsageError.
  explicit PcapFolder(std::string path);

  // Writes the play's file. Why it could not be written; empty: it was. No
  // exception, because the play's report is not to suffer from it.
  std::string add(const Timeline& timeline, std::size_t round, std::size_t rounds) const;

 private:
  std::string path_;
};

// "simopen-ipv4.pcapng", of a variant "rst-outside-ipv4.pcapng"; of several rounds
// "simopen-ipv4-0042.pcapng", from 1, with as many digits as the last one needs.
// `round` counts from 0.
std::string pcap_file_name(const Timeline& timeline, std::size_t round, std::size_t rounds);
// The same of a play that is not played yet.
std::string pcap_file_name(const report::PlayResult& named, std::size_t round, std::size_t rounds);

}  // namespace lab::play
