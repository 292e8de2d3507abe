// SPDX-License-Identifier: MIT
#include "view/trace.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"
#include "view/module.hpp"

namespace lab {
namespace {

// /proc/thread-self for the reason that module.cpp gives.
constexpr const char* trace_path =
    "/proc/thread-self/net/" TCP_LOOKUP_DIR "/" TCP_LOOKUP_VIEW_TRACE;
constexpr const char* sees_trace = "sees_" TCP_LOOKUP_VIEW_TRACE;
constexpr std::size_t buffer_size = 65536;

// There is no such view, or it cannot be used: the module gives the reason.
std::string why_absent() {
  const ModuleHere here = Module::open_here();
  if (!here.module) return here.why_not;
  const auto fact = here.module->info().find(sees_trace);
  if (fact == here.module->info().end()) return "the loaded tcp_lookup.ko has no view \"trace\"";
  std::string reason = fact->second;
  std::replace(reason.begin(), reason.end(), '_', ' ');  // a value holds no blank
  return fmt::format("{} says: {}", sees_trace, reason);
}

}  // namespace

TraceHere Trace::open_here(std::string host) {
  Fd file(::open(trace_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file) return {Trace(std::move(file), trace_path, std::move(host)), ""};
  const int error = errno;
  if (error == ENOENT || error == EOPNOTSUPP) return {std::nullopt, why_absent()};
  if (error == EPERM || error == EACCES)
    return {std::nullopt,
            fmt::format("{} needs CAP_NET_ADMIN in the namespace: run as root", trace_path)};
  if (error == EBUSY)
    return {std::nullopt,
            fmt::format("{} has the most readers that it allows: end one of them", trace_path)};
  throw SystemError("open", trace_path, error);
}

Trace::Trace(Fd file, std::string path, std::string host)
    : file_(std::move(file)),
      path_(std::move(path)),
      text_(path_, std::move(host)),
      buffer_(buffer_size, '\0') {}

void Trace::drain(std::vector<TraceEvent>& into) {
  for (;;) {
    const ssize_t got = ::read(file_.get(), buffer_.data(), buffer_.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (checked(got, "read", path_) == 0) return;
    text_.feed(std::string_view(buffer_).substr(0, static_cast<std::size_t>(got)), into);
  }
}

}  // namespace lab
