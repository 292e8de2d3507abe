// SPDX-License-Identifier: MIT
#include <stdexcept>

#include "run/stage.hpp"

namespace lab::run {

void act(Stage&, const scenario::Nftables&, StepRecord&) {
  throw std::logic_error("Nftables is not played yet");
}
void act(Stage&, const scenario::Sysctl&, StepRecord&) {
  throw std::logic_error("Sysctl is not played yet");
}
void act(Stage&, const scenario::SetLink&, StepRecord&) {
  throw std::logic_error("SetLink is not played yet");
}
void act(Stage&, const scenario::Drop&, StepRecord&) {
  throw std::logic_error("Drop is not played yet");
}
void act(Stage&, const scenario::Inject&, StepRecord&) {
  throw std::logic_error("Inject is not played yet");
}
void act(Stage&, const scenario::Let&, StepRecord&) {
  throw std::logic_error("Let is not played yet");
}
void act(Stage&, const scenario::Exec&, StepRecord&) {
  throw std::logic_error("Exec is not played yet");
}
void act(Stage&, const scenario::Await&, StepRecord&) {
  throw std::logic_error("Await is not played yet");
}
void act(Stage&, const scenario::Stop&, StepRecord&) {
  throw std::logic_error("Stop is not played yet");
}

}  // namespace lab::run
