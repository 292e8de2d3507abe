// SPDX-License-Identifier: MIT
#include <stdexcept>

#include "run/stage.hpp"

namespace lab::run {

void act(Stage&, const scenario::SetOption&, StepRecord&) {
  throw std::logic_error("SetOption is not played yet");
}
void act(Stage&, const scenario::GetOption&, StepRecord&) {
  throw std::logic_error("GetOption is not played yet");
}
void act(Stage&, const scenario::Disconnect&, StepRecord&) {
  throw std::logic_error("Disconnect is not played yet");
}
void act(Stage&, const scenario::Transfer&, StepRecord&) {
  throw std::logic_error("Transfer is not played yet");
}
void act(Stage&, const scenario::Shutdown&, StepRecord&) {
  throw std::logic_error("Shutdown is not played yet");
}
void act(Stage&, const scenario::Info&, StepRecord&) {
  throw std::logic_error("Info is not played yet");
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
void act(Stage&, const scenario::Observe&, StepRecord&) {
  throw std::logic_error("Observe is not played yet");
}

}  // namespace lab::run
