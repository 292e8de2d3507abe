// SPDX-License-Identifier: MIT
#include "util/clock.hpp"

#include <algorithm>

namespace lab {

Timestamp now() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count();
}

int Deadline::poll_timeout() const {
  using namespace std::chrono;
  const auto left = ceil<milliseconds>(end_ - steady_clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

}  // namespace lab
