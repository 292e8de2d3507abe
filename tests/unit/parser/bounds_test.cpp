// SPDX-License-Identifier: MIT
//
// Input made to hurt: it is refused, in bounded time, with a place.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>

#include "unit/parser/text.hpp"
#include "util/temporary_folder.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::parser {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(Bounds, AnAliasBombIsRefusedAtItsFirstAnchor) {
  EXPECT_EQ(error_of("a: &a [x, x, x, x, x, x, x, x, x]\n"
                     "b: &b [*a, *a, *a, *a, *a, *a, *a]\n"
                     "c: &c [*b, *b, *b, *b, *b, *b, *b]\n"),
            "x.yaml:1:4: an anchor (&name) is not allowed here; write the value itself");
}

TEST(Bounds, NestingIsBounded) {
  EXPECT_EQ(error_of("name: " + repeated("[", 40) + repeated("]", 40)),
            "x.yaml:1:22: more than 16 maps and lists inside each other; no scenario needs that, "
            "so look for a stray bracket");
  for (const char* piece : {"[", "{", "- ", "{a: ", "[a, "})
    EXPECT_THAT(error_of(repeated(piece, 30'000)), StartsWith("x.yaml:1:")) << piece;
}

// A list of so many numbers.
std::string numbers(int count) {
  std::string text = "[0";
  for (int i = 1; i < count; ++i) text += "," + std::to_string(i);
  return text + "]";
}

const std::string head = "name: x\ntitle: x\ntopology: {hosts: {a: }}\n";

TEST(Bounds, LoopsWithoutStepsAreCounted) {
  EXPECT_THAT(error_of(head + "steps:\n  - for: {name: v, in: " + numbers(2000) +
                       ", steps: [{for: {name: w, in: " + numbers(2000) +
                       ", steps: [{for: {name: u, in: " + numbers(2000) + ", steps: []}}]}}]}\n"),
              testing::AllOf(StartsWith("x.yaml:5:"),
                             HasSubstr("the loops have more than 10000 iterations")));
}

TEST(Bounds, TextsThatGrowAreBounded) {
  const std::string value(1000, 'y');
  const std::string note = repeated("${p}", 10'000);
  EXPECT_EQ(error_of(head + "parameters: {p: " + value + "}\nsteps:\n" +
                     "  - {socket: {name: s, host: a}, note: \"" + note + "\"}\n"),
            "x.yaml:6:40: with parameters and loops expanded, the texts have more than 4194304 "
            "bytes; use fewer or shorter ones");
}

TEST(Bounds, TextsThatLoopsRepeatAreBounded) {
  EXPECT_THAT(error_of(head + "steps:\n  - for:\n      name: v\n      in: " + numbers(2000) +
                       "\n      steps:\n        - hold: {host: a}\n          note: " +
                       std::string(100'000, 'x') + "\n"),
              StartsWith("x.yaml:10:17: with parameters and loops expanded"));
  // And so are keys, which a map without texts may have.
  std::string keys;
  for (int i = 0; i < 20'000; ++i) keys += std::to_string(i) + ": ,";
  EXPECT_THAT(error_of(head + "steps:\n  - for:\n      name: v\n      in: " + numbers(2000) +
                       "\n      steps: [{hold: {" + keys + "}}]\n"),
              testing::HasSubstr("the texts have more than"));
}

TEST(Bounds, SizeIsBounded) {
  EXPECT_EQ(error_of(std::string((1 << 18) + 1, '#')),
            "x.yaml:1:1: the file has 262145 bytes; a scenario has at most 262144");
}

TEST(Bounds, SoAreHostsAndLinks) {
  const auto topology = [](int hosts, int links) {
    std::string text = "name: x\ntitle: t\ntopology:\n  hosts: {";
    for (int i = 0; i < hosts; ++i) text += "h" + std::to_string(i) + ": ,";
    text += "}\n  links: [";
    for (int i = 0; i < links; ++i)
      text += "{endpoints: [\"h0:e" + std::to_string(i) + "\",\"h1:e" + std::to_string(i) + "\"]},";
    return text + "]\nsteps: [{no-retransmission: }]\n";
  };
  EXPECT_EQ(error_of(topology(4097, 0)),
            "x.yaml:4:10: there are 4097 hosts; a scenario has at most 4096");
  EXPECT_EQ(error_of(topology(2, 4097)),
            "x.yaml:5:10: there are 4097 links; a scenario has at most 4096");
  EXPECT_EQ(parse(topology(4096, 4096), "x.yaml").links.size(), 4096U);
}

TEST(Bounds, TheLargestFilesAreReadInBoundedTime) {
  const std::clock_t begin = std::clock();  // of this process: others may be busy
  const std::string step = "  - {hold: {host: client}, note: \"" + std::string(40, 'x') +
                           "\"}\n"
                           "  - release: {host: client}\n";
  const std::size_t size = yaml::largest_text;
  const std::string many = with_steps(repeated(step, size / step.size() - 2));
  EXPECT_GT(parse(many, "x.yaml").steps.size(), 4'000U);
  error_of(repeated("a", size));
  error_of(repeated("\n", size));
  error_of(repeated(": ", size / 2));
  error_of("\"" + repeated("a ", size / 2 - 1));
  std::string keys;
  for (int i = 0; keys.size() + 16 < size; ++i) keys += "key" + std::to_string(i) + ": 1\n";
  EXPECT_THAT(error_of(keys), StartsWith("x.yaml:1:1: a scenario has no key \"key0\""));
  EXPECT_LT(std::clock() - begin, 20 * CLOCKS_PER_SEC);
}

TEST(PlainText, IsUtf8WithoutControlCharacters) {
  EXPECT_EQ(error_of("name: \xff\n"), "x.yaml:1:7: byte 0xff is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(error_of("name: x\ntitle: \xc3"),
            "x.yaml:2:8: byte 0xc3 is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(error_of("# \xed\xa0\x80"),
            "x.yaml:1:3: byte 0xed is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(error_of("# \xc3\xa4 \x04 name: x"), "x.yaml:1:5: control character 0x04; remove it");
  EXPECT_EQ(error_of(std::string("n\0", 2)), "x.yaml:1:2: control character 0x00; remove it");
}

// Whatever the bytes are, the parser gives a scenario or a UsageError.
TEST(PlainText, CausesOnlyAnErrorWhenDamaged) {
  const std::string good = with_steps(
      "  - socket: {name: srv, host: server}\n"
      "  - bind: {socket: srv, to: \"any:8888\"}\n"
      "  - tables: {host: [server], ehash: [{socket: srv, state: CLOSED}]}\n"
      "  - packets: {host: client, are: [\"client > server S. seq 0 ack 1\"]}\n");
  std::mt19937 random(1);  // a fixed seed: the same damage every time
  const std::string marks = "[]{}:,-\"'#|>&*!? \n\tx0";
  std::size_t refused = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string text = good;
    for (unsigned change = 0; change < 1 + random() % 3; ++change) {
      const std::size_t at = random() % text.size();
      if (random() % 2 == 0)
        text.erase(at, 1 + random() % 8);
      else
        text.insert(at, 1, marks[random() % marks.size()]);
    }
    try {
      parse(text, "x.yaml");
    } catch (const UsageError& error) {
      ++refused;
      EXPECT_THAT(error.what(), StartsWith("x.yaml:")) << text;
    }
  }
  EXPECT_GT(refused, 500U);
}

TEST(Load, RefusesFilesThatAreNotRegular) {
  const auto error = [](const std::string& path) {
    try {
      load(path);
    } catch (const UsageError& usage) {
      return std::string(usage.what());
    }
    return std::string();
  };
  EXPECT_EQ(error("/nowhere/x.yaml"), "/nowhere/x.yaml: there is no such file");
  EXPECT_EQ(error("/dev/zero"), "/dev/zero: not a regular file; name a scenario's .yaml file");
  EXPECT_EQ(error("/tmp"), "/tmp: not a regular file; name a scenario's .yaml file");
  // A pipe without a writer would block whoever opens it.
  const TemporaryFolder folder;
  const std::string pipe = folder.path() / "pipe.yaml";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error(pipe), HasSubstr("not a regular file"));
}

TEST(Load, ChecksTheSizeBeforeReading) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "huge.yaml";
  std::ofstream(path).put('x');
  std::filesystem::resize_file(path, std::uintmax_t{1} << 40);  // sparse
  EXPECT_THROW(
      {
        try {
          load(path);
        } catch (const UsageError& error) {
          EXPECT_THAT(error.what(), HasSubstr("the file has 1099511627776 bytes"));
          throw;
        }
      },
      UsageError);
}

}  // namespace
}  // namespace lab::parser
