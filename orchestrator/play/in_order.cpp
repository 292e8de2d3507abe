// SPDX-License-Identifier: MIT
#include "play/in_order.hpp"

namespace lab::play {

void InOrder::text(std::size_t play, std::string_view piece) {
  if (play == head_)
    audience_.text(piece);
  else
    waiting_[play].text += piece;
}

void InOrder::over(std::size_t play, report::PlayResult result) {
  waiting_[play].result = std::move(result);
  for (;;) {
    const auto head = waiting_.find(head_);
    if (head == waiting_.end()) return;
    if (!head->second.text.empty()) {
      audience_.text(head->second.text);
      head->second.text.clear();
    }
    if (!head->second.result) return;  // from now on its text is not delayed
    pass_on(head->second);
    waiting_.erase(head);
    ++head_;
  }
}

void InOrder::give_up() {
  for (auto& [play, each] : waiting_)
    if (each.result) pass_on(each);
  waiting_.clear();
}

void InOrder::pass_on(Waiting& play) {
  if (!play.text.empty()) audience_.text(play.text);
  audience_.reported(*play.result, play.json);
}

}  // namespace lab::play
