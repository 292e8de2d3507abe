// SPDX-License-Identifier: MIT
#include "vm/message.hpp"

#include <gmock/gmock.h>

#include "vm/frame.hpp"

namespace lab::vm {
namespace {

using nlohmann::json;
using std::string_literals::operator""s;
using testing::HasSubstr;
using testing::ThrowsMessage;

Message there_and_back(const Message& message) {
  FrameReader reader;
  reader.feed(encode_frame(to_value(message)));
  return from_value(reader.next().value());
}

TEST(Message, DecodesEveryKindAsItWas) {
  const std::string any_bytes = "\0\xff\x80 not UTF-8\n"s;
  const Message messages[] = {
      Hello{1, "6.1.0-56-cloud-amd64", {{"veth", ""}, {"tcp_lookup", "Exec format error"}}, "log"},
      FileChunk{"/work/a.yaml", any_bytes, 0755, false},
      Job{{"/lab/orchestrator", "run"}, {"A=1"}, "/work/out", std::chrono::seconds(3)},
      Job{{"/bin/sh"}, {}, "", std::chrono::seconds(0), WindowSize{50, 132}},
      Job{{"/bin/sh"}, {}, "", std::chrono::seconds(0), std::nullopt, std::string("\0\xff", 2), 7},
      Stop{},
      Input{any_bytes},
      Resize{{25, 80}},
      Output{Stream::err, any_bytes},
      Done{137, 9, true, "", 512, any_bytes, any_bytes},
  };
  for (const auto& message : messages) EXPECT_EQ(there_and_back(message), message);
}

TEST(Message, FitsTheLargestPieceOfAFileIntoAFrame) {
  EXPECT_NO_THROW(encode_frame(to_value(FileChunk{"f", std::string(FileChunk::piece, '\0')})));
}

TEST(Message, RefusesAnUnknownKind) {
  EXPECT_THAT(
      [] {
        from_value(json{{"is", "poem"}});
      },
      ThrowsMessage<FrameError>(HasSubstr("unknown kind 'poem'")));
}

TEST(Message, RefusesAMissingFieldAndAWrongType) {
  EXPECT_THROW(from_value(json{{"is", "output"}, {"stream", 1}}), FrameError);
  EXPECT_THROW(from_value(json{{"is", "output"}, {"stream", 1}, {"bytes", 7}}), FrameError);
  EXPECT_THROW(from_value(json{{"is", "output"}, {"stream", 3}, {"bytes", json::binary({})}}),
               FrameError);
  EXPECT_THROW(from_value(json("hello")), FrameError);
}

TEST(Message, RefusesANumberOutOfRange) {
  const nlohmann::json good = to_value(Done{});
  for (const std::int64_t status : {-1L, 256L, 1L << 32}) {
    nlohmann::json bad = good;
    bad["status"] = status;
    EXPECT_THROW(from_value(bad), FrameError) << status;
  }
  for (const char* field : {"status", "signal", "taint"}) {
    nlohmann::json bad = good;
    bad[field] = true;
    EXPECT_THROW(from_value(bad), FrameError) << field;
    bad[field] = 1.5;
    EXPECT_THROW(from_value(bad), FrameError) << field;
  }
  EXPECT_NO_THROW(from_value(good));
}

TEST(Message, RefusesAStatusThatContradictsTheSignal) {
  nlohmann::json value = to_value(Done{137, 9, true, {}, 0, {}, {}});
  EXPECT_NO_THROW(from_value(value));
  value["status"] = 0;
  EXPECT_THROW(from_value(value), FrameError);
}

TEST(Taint, IsDescribedInWords) {
  EXPECT_EQ(describe_taint(1u << 9 | 1u << 14), "W (the kernel warned), L (a soft lockup)");
  EXPECT_EQ(describe_taint(std::uint64_t{1} << 40), "bit 40");
}

}  // namespace
}  // namespace lab::vm
