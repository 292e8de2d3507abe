// SPDX-License-Identifier: MIT
#include "vm/monitor.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "util/error.hpp"

namespace lab::vm {

using nlohmann::json;

Monitor::Monitor(const Fd& line, const Deadline& deadline) : line_(line) {
  next_line(deadline);  // its greeting
  execute("qmp_capabilities", json::object(), deadline);
}

void Monitor::execute(const std::string& command, const json& arguments, const Deadline& deadline) {
  const std::string text = json{{"execute", command}, {"arguments", arguments}}.dump() + "\n";
  if (::send(line_.get(), text.data(), text.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(text.size()))
    throw_errno("send", "QEMU's monitor");
  for (;;) {
    json answer = next_line(deadline);
    if (answer.contains("event")) {
      events_.push_back(std::move(answer));
      continue;
    }
    if (answer.contains("return")) return;
    throw EnvironmentError(fmt::format("QEMU refuses {}: {}", command, answer.dump()));
  }
}

json Monitor::await_event(const std::string& name, const Deadline& deadline) {
  for (;;) {
    json event;
    if (events_.empty()) {
      event = next_line(deadline);
    } else {
      event = std::move(events_.front());
      events_.pop_front();
    }
    if (event.value("event", "") == name) return event.value("data", json::object());
  }
}

json Monitor::next_line(const Deadline& deadline) {
  for (;;) {
    if (const std::size_t end = bytes_.find('\n'); end != std::string::npos) {
      const json line = json::parse(bytes_.substr(0, end), nullptr, false);
      bytes_.erase(0, end + 1);
      if (!line.is_object()) throw EnvironmentError("QEMU's monitor sent something unreadable");
      return line;
    }
    pollfd readable{line_.get(), POLLIN, 0};
    if (::poll(&readable, 1, deadline.poll_timeout()) <= 0) {
      if (deadline.passed()) throw EnvironmentError("QEMU's monitor did not answer in time");
      continue;
    }
    std::array<char, 65536> bytes;
    const ssize_t got = ::recv(line_.get(), bytes.data(), bytes.size(), 0);
    if (got > 0) bytes_.append(bytes.data(), static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
      throw EnvironmentError("QEMU has closed its monitor");
  }
}

}  // namespace lab::vm
