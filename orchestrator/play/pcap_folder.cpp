// SPDX-License-Identifier: MIT
#include "play/pcap_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "report/capture_file.hpp"
#include "report/summary.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/output_file.hpp"
#include "util/path_component.hpp"

namespace lab::play {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw UsageError(fmt::format("--pcap {}: {}; name a directory that you may write to", path, why));
}

// Checking permissions is not enough: root passes, even if the file system takes no files.
void try_a_file(const std::string& path) {
  if (const Fd unnamed{::open(path.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600)}) return;
  int error = errno;
  if (error == EOPNOTSUPP || error == EISDIR) {
    std::string probe = path + "/.lab-pcap-XXXXXX";
    const Fd named(::mkstemp(probe.data()));
    error = errno;
    if (named) {
      ::unlink(probe.c_str());
      return;
    }
  }
  refuse(path, fmt::format("cannot create a file in it: {}", std::strerror(error)));
}

}  // namespace

PcapFolder::PcapFolder(std::string path) : path_(std::move(path)) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) refuse(path_, fmt::format("cannot create it: {}", error.message()));
  try_a_file(path_);
}

std::string PcapFolder::add(const Timeline& timeline, std::size_t round, std::size_t rounds) const {
  std::string path = path_;
  int error = 0;
  try {
    path = path_in(path_, pcap_file_name(timeline, round, rounds), "the capture's name");
    OutputFile file(path);
    file << report::capture_file(timeline, "TCP Lookup Lab " LAB_VERSION);
    error = file.finish();
  } catch (const SystemError& refused) {
    error = refused.error();
  } catch (const UsageError& refused) {
    return fmt::format("--pcap: {}", refused.what());
  }
  if (error == 0) return {};
  return fmt::format("--pcap: {} could not be written: {}", path, std::strerror(error));
}

std::string pcap_file_name(const Timeline& timeline, std::size_t round, std::size_t rounds) {
  report::PlayResult named;
  named.scenario = timeline.scenario;
  named.variant = timeline.variant;
  named.family = timeline.family;
  return pcap_file_name(named, round, rounds);
}

std::string pcap_file_name(const report::PlayResult& named, std::size_t round, std::size_t rounds) {
  const std::string play =
      fmt::format("{}{}{}-{}", named.scenario, named.variant.empty() ? "" : "-", named.variant,
                  family_name(named.family));
  if (rounds == 1) return play + ".pcapng";
  return fmt::format("{}-{:0{}}.pcapng", play, round + 1, fmt::formatted_size("{}", rounds));
}

}  // namespace lab::play
