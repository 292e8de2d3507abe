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
void act(Stage&, const scenario::Observe&, StepRecord&) {
  throw std::logic_error("Observe is not played yet");
}

// Goes when play_hosts.cpp comes.
bool drops_done(Host&) { throw std::logic_error("Drop is not played yet"); }

}  // namespace lab::run
