// SPDX-License-Identifier: MIT
#include "packetdrill/arguments.hpp"

#include <fmt/format.h>

#include <cerrno>

#include "util/error.hpp"

namespace lab::packetdrill {
namespace {

using Node = Expression::Kind;

}  // namespace

void require_arguments(const Progress& progress, const Call& call, std::size_t count) {
  if (call.arguments.size() != count)
    progress.refuse(fmt::format("{}() with {} arguments", call.name, call.arguments.size()));
}

std::int64_t result_of(const Progress& progress, const Call& call) {
  if (call.result.kind != Node::integer)
    progress.refuse(fmt::format("a result of {}() that is no number", call.name));
  return call.result.number;
}

int error_of(const Progress& progress, const Call& call) {
  const std::int64_t result = result_of(progress, call);
  if (result >= 0) {
    if (!call.error.empty())
      progress.refuse(fmt::format("{}() that returns {} with an errno", call.name, result));
    return 0;
  }
  if (call.error.empty()) return scenario::any_errno;
  const int error = call.error == "EWOULDBLOCK" ? EAGAIN : errno_from_name(call.error);
  if (error == 0) progress.refuse(fmt::format("{}() with the errno \"{}\"", call.name, call.error));
  return error;
}

int only_error_of(const Progress& progress, const Call& call) {
  const int error = error_of(progress, call);
  if (result_of(progress, call) > 0)
    progress.refuse(fmt::format("{}() that returns {}", call.name, result_of(progress, call)));
  return error;
}

std::int64_t number_of(const Progress& progress, const Call& call, std::size_t argument) {
  const auto value = constant_of(call.arguments[argument]);
  if (!value)
    progress.refuse(
        fmt::format("argument {} of {}(), which is no known number", argument + 1, call.name));
  return *value;
}

int int_of(const Progress& progress, const Call& call, std::size_t argument) {
  const std::int64_t value = number_of(progress, call, argument);
  if (value < INT32_MIN || value > INT32_MAX)
    progress.refuse(
        fmt::format("argument {} of {}(), {}, which is no int,", argument + 1, call.name, value));
  return static_cast<int>(value);
}

void require_ellipsis(const Progress& progress, const Call& call, std::size_t argument) {
  if (call.arguments[argument].kind != Node::ellipsis)
    progress.refuse(
        fmt::format("argument {} of {}() that is not \"...\"", argument + 1, call.name));
}

Descriptor& descriptor_of(Progress& progress, const Call& call) {
  if (call.arguments.empty()) progress.refuse(fmt::format("{}() without a descriptor", call.name));
  const auto found = progress.descriptors.find(number_of(progress, call, 0));
  if (found == progress.descriptors.end())
    progress.refuse(fmt::format("{}() on a descriptor that the script has not opened", call.name));
  return found->second;
}

void require_at_once(const Progress& progress, const Call& call) {
  if (call.end) progress.refuse(fmt::format("{}() that blocks", call.name));
}

}  // namespace lab::packetdrill
