// SPDX-License-Identifier: MIT
#include "util/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "util/error.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Sets an environment variable, until it is destroyed.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* old = ::getenv(name)) old_ = old;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(TemporaryFolder, IsForItsOwnerOnlyAndGoesWithAllThatIsInIt) {
  fs::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_TRUE(S_ISDIR(status.st_mode));
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    fs::create_directories(path / "a" / "b");
    std::ofstream(path / "a" / "file") << "text";
    fs::create_symlink("/etc", path / "link");
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists("/etc")) << "a link is removed, not what it leads to";
}

TEST(TemporaryFolder, HasANameOfItsOwn) {
  const TemporaryFolder one, other;
  EXPECT_NE(one.path(), other.path());
}

TEST(TemporaryFolder, IsBelowTmpdirWithoutSymbolicLinks) {
  const TemporaryFolder outer;
  fs::create_directory(outer.path() / "real");
  fs::create_symlink("real", outer.path() / "link");
  const Variable variable("TMPDIR", outer.path() / "link");
  const TemporaryFolder inner;
  EXPECT_EQ(inner.path().parent_path(), outer.path() / "real");
}

TEST(TemporaryFolder, SaysWhatToSetWithoutAFolderForIt) {
  const Variable variable("TMPDIR", "/nowhere/at/all");
  try {
    const TemporaryFolder folder;
    FAIL() << folder.path();
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), HasSubstr("set TMPDIR to one that exists"));
  }
}

}  // namespace
}  // namespace lab
