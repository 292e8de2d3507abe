// SPDX-License-Identifier: MIT
#include "persist/mark.hpp"

#include <fmt/format.h>

#include "net/link.hpp"
#include "util/path_component.hpp"
#include "util/text.hpp"

namespace lab::persist {
namespace {

const LinkEnd loopback{"lo", {}, loopback_index};

}  // namespace

std::string to_text(const Mark& mark) {
  return fmt::format("tcp-lookup-lab: host {} of lab {}", mark.host, mark.lab);
}

std::optional<Mark> mark_from(std::string_view text) {
  const auto parts = words(text);  // neither name has a blank in it
  if (parts.size() != 6) return std::nullopt;
  Mark mark{std::string(parts[5]), std::string(parts[2])};
  if (to_text(mark) != text) return std::nullopt;
  // Not trusted: anyone who can change an interface's alias can write this, and the names
  // become paths.
  if (!is_path_component(mark.lab) || !is_path_component(mark.host)) return std::nullopt;
  return mark;
}

void set_mark(Netlink& netlink, const Mark& mark) { set_alias(netlink, loopback, to_text(mark)); }

std::optional<Mark> mark_of(const Namespace& space) {
  Netlink netlink(space);
  return mark_from(alias_of(netlink, loopback));
}

}  // namespace lab::persist
