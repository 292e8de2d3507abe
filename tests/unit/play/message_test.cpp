// SPDX-License-Identifier: MIT
#include "play/message.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <functional>
#include <thread>
#include <vector>

#include "util/error.hpp"
#include "util/pipe.hpp"

namespace lab::play {
namespace {

std::string what_is_sent(const std::function<void(const Line&)>& sender) {
  Pipe pipe = make_pipe("a test");
  std::thread thread([&] { sender(Line(std::move(pipe.write_end))); });
  std::string all, piece(4096, '\0');
  for (ssize_t got; (got = ::read(pipe.read_end.get(), piece.data(), piece.size())) > 0;)
    all.append(piece, 0, static_cast<std::size_t>(got));
  thread.join();
  return all;
}

TEST(Message, ArrivesUnchangedHoweverItIsSplit) {
  const std::string any("\0\xff\n", 3);
  const std::string bytes = what_is_sent([&](const Line& line) {
    line.send('a', "one");
    line.send('b', "");
    line.send('c', any);
  });
  MessageReader reader;
  std::string kinds;
  std::vector<std::string> texts;
  for (const char byte : bytes) {
    reader.feed({&byte, 1});
    while (const auto message = reader.next()) {
      kinds += message->kind;
      texts.push_back(message->text);
    }
  }
  EXPECT_EQ(kinds, "abc");
  EXPECT_THAT(texts, testing::ElementsAre("one", "", any));
}

TEST(Message, MayBeLongerThanThePipe) {
  const std::string text(1'000'000, 'x');
  MessageReader reader;
  reader.feed(what_is_sent([&](const Line& line) { line.send('x', text); }));
  const auto message = reader.next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->text.size(), text.size());
  EXPECT_FALSE(reader.next().has_value());
}

TEST(Message, IsRefusedAtBothEndsIfTooLong) {
  Pipe pipe = make_pipe("a test");
  EXPECT_THROW(Line(std::move(pipe.write_end)).send('x', std::string(message_limit + 1, 'x')),
               EnvironmentError);
  MessageReader reader;
  reader.feed("\xff\xff\xff\xff\xff\xff\xff\xff");
  EXPECT_THROW(reader.next(), EnvironmentError);
}

}  // namespace
}  // namespace lab::play
