// SPDX-License-Identifier: MIT
#include <stdexcept>

#include "run/stage.hpp"

namespace lab::run {

void act(Stage&, const scenario::Inject&, StepRecord&) {
  throw std::logic_error("Inject is not played yet");
}
void act(Stage&, const scenario::Let&, StepRecord&) {
  throw std::logic_error("Let is not played yet");
}

}  // namespace lab::run
