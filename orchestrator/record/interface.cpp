// SPDX-License-Identifier: MIT
#include "record/interface.hpp"

namespace lab {

std::string_view to_string(RouteType type) {
  switch (type) {
    case RouteType::local:
      return "local";
    case RouteType::unicast:
      return "unicast";
    case RouteType::broadcast:
      return "broadcast";
    case RouteType::multicast:
      return "multicast";
    case RouteType::anycast:
      return "anycast";
    case RouteType::blackhole:
      return "blackhole";
    case RouteType::unreachable:
      return "unreachable";
    case RouteType::prohibit:
      return "prohibit";
    case RouteType::throw_:
      return "throw";
    case RouteType::other:
      break;
  }
  return "other";
}

}  // namespace lab
