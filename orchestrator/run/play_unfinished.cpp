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

// Goes when play_hosts.cpp comes.
bool drops_done(Host&) { throw std::logic_error("Drop is not played yet"); }

}  // namespace lab::run
