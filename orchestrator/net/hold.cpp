// SPDX-License-Identifier: MIT
#include "net/hold.hpp"

#include <stdexcept>

namespace lab {
namespace {

void require(bool condition, const char* otherwise) {
  if (!condition) throw std::logic_error(otherwise);
}

}  // namespace

void Hold::hold() {
  require(!holding_, "hold: already holding");
  do_hold();
  holding_ = true;
}

void Hold::mark() {
  require(holding_, "mark: nothing is held; call hold first");
  require(!marked_, "mark: release the packets before the last mark first");
  do_mark();
  marked_ = true;
}

void Hold::release_marked() {
  require(marked_, "release_marked: there is no mark");
  do_release_marked();
  marked_ = false;
}

void Hold::release_all() {
  require(holding_, "release_all: nothing is held");
  do_release_all();
  holding_ = marked_ = false;
}

std::unique_ptr<Hold> make_hold(HeldLink link) {
  if (auto plug = make_plug_hold(link)) return plug;
  return make_neighbour_hold(std::move(link));
}

}  // namespace lab
