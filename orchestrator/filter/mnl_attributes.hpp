// SPDX-License-Identifier: MIT
//
// The attributes of a netlink message by their type, for libmnl, which visits them one by one.
#pragma once

#include <libmnl/libmnl.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace lab::filter {

// By type, up to `last`; null where the message has no such attribute. They point into it.
template <std::size_t last>
using MnlAttributes = std::array<const nlattr*, last + 1>;

namespace detail {
template <std::size_t last>
int remember(const nlattr* attribute, void* into) {
  const std::uint16_t type = ::mnl_attr_get_type(attribute);
  if (type <= last) (*static_cast<MnlAttributes<last>*>(into))[type] = attribute;
  return MNL_CB_OK;
}
}  // namespace detail

// Of a message whose header of its family has that size in bytes.
template <std::size_t last>
MnlAttributes<last> attributes_of(const nlmsghdr* message, unsigned header) {
  MnlAttributes<last> has{};
  ::mnl_attr_parse(message, header, detail::remember<last>, &has);
  return has;
}

// Of those nested in an attribute; null: there are none.
template <std::size_t last>
MnlAttributes<last> attributes_in(const nlattr* attribute) {
  MnlAttributes<last> has{};
  if (attribute) ::mnl_attr_parse_nested(attribute, detail::remember<last>, &has);
  return has;
}

}  // namespace lab::filter
