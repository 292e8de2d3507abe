// SPDX-License-Identifier: MIT
#include "vm/frame.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace lab::vm {
namespace {

using nlohmann::json;
using std::string_literals::operator""s;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Frame, HasALittleEndianLengthAndThatMuchCbor) {
  // RFC 8949, appendix A: [1, 2, 3] is 83 01 02 03.
  EXPECT_EQ(encode_frame(json{1, 2, 3}), "\x04\x00\x00\x00\x83\x01\x02\x03"s);
}

TEST(FrameReader, DecodesWhatWasEncoded) {
  const json value = {{"text", "Grüße"}, {"bytes", json::binary({0, 255, 10})}, {"n", -1}};
  FrameReader reader;
  reader.feed(encode_frame(value));
  EXPECT_EQ(reader.next(), value);
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_FALSE(reader.inside_frame());
}

TEST(FrameReader, TakesBytesInPiecesOfAnySize) {
  FrameReader reader;
  const auto bytes = encode_frame("first") + encode_frame("second");
  std::vector<json> got;
  for (const char byte : bytes) {
    reader.feed({&byte, 1});
    while (const auto value = reader.next()) got.push_back(*value);
  }
  EXPECT_EQ(got, (std::vector<json>{"first", "second"}));
}

TEST(FrameReader, ReportsThatItStoppedInsideAFrame) {
  FrameReader reader;
  const auto bytes = encode_frame("cut off");
  reader.feed(bytes.substr(0, bytes.size() - 1));
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_TRUE(reader.inside_frame());
}

TEST(FrameReader, RefusesALengthBeyondTheLimitBeforeItArrives) {
  FrameReader reader;
  reader.feed("\xff\xff\xff\x7f");
  EXPECT_THAT(
      [&] { reader.next(); },
      ThrowsMessage<FrameError>(HasSubstr("claims 2147483647 bytes, the limit is 4194304")));
}

TEST(FrameReader, RefusesBytesThatAreNotCbor) {
  FrameReader reader;
  reader.feed("\x03\x00\x00\x00\xff\xff\xff"s);
  EXPECT_THAT([&] { reader.next(); }, ThrowsMessage<FrameError>(HasSubstr("is not CBOR")));
}

TEST(FrameReader, RefusesAFrameThatHoldsMoreThanOneValue) {
  FrameReader reader;
  reader.feed("\x02\x00\x00\x00\x01\x02"s);
  EXPECT_THROW(reader.next(), FrameError);
}

TEST(FrameReader, RefusesAnEmptyFrame) {
  FrameReader reader;
  reader.feed("\x00\x00\x00\x00"s);
  EXPECT_THROW(reader.next(), FrameError);
}

TEST(Frame, FailsAtTheSenderIfTooLarge) {
  const json value = std::string(frame_limit, 'x');
  EXPECT_THAT([&] { encode_frame(value); },
              ThrowsMessage<FrameError>(HasSubstr("send it in pieces")));
}

// The parser calls itself for each level: 4 MiB of them would take the stack.
TEST(FrameReader, RefusesADeeplyNestedValue) {
  std::string deep(frame_limit, '\x81');  // an array of one array of ...
  const std::size_t length = deep.size();
  std::string frame;
  for (std::size_t i = 0; i < 4; ++i) frame += static_cast<char>(length >> 8 * i & 0xff);
  FrameReader reader;
  reader.feed(frame + deep);
  EXPECT_THAT([&] { reader.next(); },
              testing::ThrowsMessage<FrameError>(testing::HasSubstr("nested deeper")));
}

}  // namespace
}  // namespace lab::vm
