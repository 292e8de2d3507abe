// SPDX-License-Identifier: MIT
//
// Files, names and texts from strangers, given to the program as its user would.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "program.hpp"

namespace lab::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int usage = 2;

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A folder of its own for each test.
class Hostile : public testing::Test {
 protected:
  Hostile() {
    std::string name = testing::TempDir() + "hostile-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~Hostile() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }
  // A report that `run` has written, with one run in it.
  json report() const {
    const std::string path = folder_ / "good.json";
    const Ran ran = run({ORCHESTRATOR, "run", "self-connect", "--where", "here", "--family", "ipv4",
                         "-q", "-o", path});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return json::parse(read(path));
  }
  // Everything below the folder, by its path there.
  std::vector<std::string> files() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      all.push_back(fs::relative(entry.path(), folder_));
    return all;
  }

  fs::path folder_;
};

#define NEEDS_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces"

TEST_F(Hostile, StoredReportsWriteNoCaptureOutsideTheFolder) {
  NEEDS_ROOT();
  const json good = report();
  fs::create_directory(folder_ / "captures");
  for (const char* place : {"/runs/0/scenario", "/runs/0/variant", "/runs/0/hosts/0/name"}) {
    json evil = good;
    ASSERT_TRUE(evil.contains(json::json_pointer(place))) << place;
    evil[json::json_pointer(place)] = "../escaped";
    const std::string path = write("evil.json", evil.dump());
    const Ran ran = run({ORCHESTRATOR, "draw", path, "--pcap", folder_ / "captures"});
    EXPECT_EQ(ran.status, usage);
    EXPECT_THAT(ran.err, AllOf(HasSubstr("evil.json: " + std::string(place)),
                               HasSubstr("\"../escaped\" cannot be a name")));
    EXPECT_THAT(files(), testing::UnorderedElementsAre("good.json", "evil.json", "captures"));
  }
}

TEST_F(Hostile, ScenariosDoNotNameTheirVariantsAsTheyLike) {
  const std::string path = write("evil.yaml", R"(name: evil
title: x
parameters: {port: 1}
variants: {"../../escaped": {port: 2}}
topology: {hosts: {a: }}
steps: [{socket: {name: s, host: a}}]
)");
  const Ran ran = run({ORCHESTRATOR, "validate", path});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err + ran.out,
              AllOf(HasSubstr("evil.yaml:4:12: "), HasSubstr("\"../../escaped\" is no name")));
}

}  // namespace
}  // namespace lab::test
