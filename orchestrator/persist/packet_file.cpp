// SPDX-License-Identifier: MIT
#include "persist/packet_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "record/pcapng.hpp"
#include "util/error.hpp"
#include "util/output_path.hpp"

namespace lab::persist {

PacketFile::PacketFile(const std::string& path, const Lab& lab, const std::string& host)
    : path_(path), host_(host), fd_(STDOUT_FILENO) {
  if (path != "-") {
    const OutputPath target = resolve_output(path);
    const int follow = target.open_already ? 0 : O_NOFOLLOW;
    own_ = Fd(::open(target.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | follow, 0666));
    if (!own_) throw UsageError(fmt::format("-w {}: {}", path, std::strerror(errno)));
    fd_ = own_.get();
  }
  utsname system{};
  ::uname(&system);
  pending_ = pcapng::block_of(
      pcapng::Section{fmt::format("host {} of lab {}: {}", host, lab.name, lab.scenario),
                      fmt::format("Linux {}", system.release), "TCP Lookup Lab"});
  for (const auto& [one, other] : lab.links)
    for (const std::string& end : {one, other})
      if (const std::string prefix = host + ":"; end.starts_with(prefix))
        number_of(end.substr(prefix.size()));
  std::vector<pcapng::HostName> names;
  for (const HostState& each : lab.hosts)
    for (const std::string& text : each.addresses)
      if (const auto address = Address::parse(text)) names.push_back({*address, each.name});
  pending_ += pcapng::block_of(names);
  flush();  // so that a reader knows at once what it reads
}

std::uint32_t PacketFile::number_of(const std::string& device) {
  const auto [found, fresh] =
      interfaces_.try_emplace(device, static_cast<std::uint32_t>(interfaces_.size()));
  if (fresh)
    pending_ += pcapng::block_of(pcapng::Interface{fmt::format("{}:{}", host_, device),
                                                   fmt::format("{} of host {}", device, host_)});
  return found->second;
}

void PacketFile::add(const Packet& packet) {
  pcapng::EnhancedPacket block;
  block.interface = number_of(packet.device);
  block.time = packet.time;
  block.bytes = packet.bytes;
  block.original_length = static_cast<std::uint32_t>(packet.bytes.size() + packet.missing);
  block.direction = packet.outgoing ? pcapng::Direction::outbound : pcapng::Direction::inbound;
  pending_ += pcapng::block_of(block);
}

void PacketFile::flush() {
  std::string_view rest = pending_;
  while (!rest.empty() && !gone_ && error_ == 0) {
    const ssize_t wrote = ::write(fd_, rest.data(), rest.size());
    if (wrote >= 0)
      rest.remove_prefix(static_cast<std::size_t>(wrote));
    else if (errno == EPIPE)
      gone_ = true;
    else if (errno != EINTR)
      error_ = errno;
  }
  pending_.clear();
}

void PacketFile::finish() {
  flush();
  if (error_ != 0)
    throw EnvironmentError(
        fmt::format("-w {}: not everything was written: {}", path_, std::strerror(error_)));
}

}  // namespace lab::persist
