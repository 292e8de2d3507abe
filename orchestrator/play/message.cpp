// SPDX-License-Identifier: MIT
#include "play/message.hpp"

#include "util/write_all.hpp"

namespace lab::play {

void Line::send(char kind, std::string_view text) const {
  std::string body(1, kind), frame;
  body += text;
  append_frame(frame, body, message_limit);
  write_all(to_, frame, "the run's pipe");
}

std::optional<Message> MessageReader::next() {
  const auto body = frames_.next();
  if (!body) return std::nullopt;
  if (body->empty()) throw FrameError("a message without a kind");
  return Message{body->front(), std::string(body->substr(1))};
}

}  // namespace lab::play
