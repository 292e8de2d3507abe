// SPDX-License-Identifier: MIT
#include "play/message.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "util/error.hpp"

namespace lab::play {
namespace {

struct Header {
  std::uint32_t length;
  char kind;
};

void require_fit(std::size_t length) {
  if (length > message_limit)
    throw EnvironmentError(
        fmt::format("a message of {} bytes between the processes of a run; "
                    "there are at most {}",
                    length, message_limit));
}

}  // namespace

void Line::send(char kind, std::string_view text) const {
  require_fit(text.size());
  const Header header{static_cast<std::uint32_t>(text.size()), kind};
  std::string bytes(sizeof header, '\0');
  std::memcpy(bytes.data(), &header, sizeof header);
  bytes.append(text);
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t wrote = ::write(to_.get(), rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    rest.remove_prefix(static_cast<std::size_t>(checked(wrote, "write", "the run's pipe")));
  }
}

std::optional<Message> MessageReader::next() {
  Header header;
  if (buffer_.size() - used_ < sizeof header) return std::nullopt;
  std::memcpy(&header, buffer_.data() + used_, sizeof header);
  require_fit(header.length);
  if (buffer_.size() - used_ - sizeof header < header.length) return std::nullopt;
  Message message{header.kind, buffer_.substr(used_ + sizeof header, header.length)};
  used_ += sizeof header + header.length;
  // Dropped only now and then, so that many small messages cost no copying each.
  if (used_ == buffer_.size() || used_ > message_limit) {
    buffer_.erase(0, used_);
    used_ = 0;
  }
  return message;
}

}  // namespace lab::play
