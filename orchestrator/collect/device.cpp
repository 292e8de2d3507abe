// SPDX-License-Identifier: MIT
#include "collect/device.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "record/machine_facts.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {

void require_device(const std::vector<Interface>& interfaces, const std::string& device) {
  if (device.empty() || find_interface(interfaces, device)) return;
  std::vector<std::string> names;
  for (const Interface& each : interfaces) names.push_back(each.name);
  const auto near = nearest(device, names);
  throw UsageError(fmt::format("--device {}: there is no such interface; {}", device,
                               near.empty()
                                   ? fmt::format("there are {}", fmt::join(names, ", "))
                                   : fmt::format("did you mean {}?", fmt::join(near, ", "))));
}

}  // namespace lab::collect
