// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/loader.hpp"
#include "unit/vm/ld_cache.hpp"

namespace lab::vm {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

TEST(KnownLoader, IsOneOfAFixedList) {
  ASSERT_EQ(known_loaders().size(), 2u);
  for (const Loader& loader : known_loaders())
    EXPECT_EQ(known_loader(loader.path, "prog").path, loader.path);
  const std::string usual = known_loaders().front().path;
  for (const std::string& path : {std::string("/tmp/loader"), std::string(), usual + "/",
                                  "/." + usual, usual.substr(1), "/lib/../" + usual})
    EXPECT_THAT([&] { known_loader(path, "prog"); },
                ThrowsMessage<UsageError>(AllOf(HasSubstr("prog names \"" + path + "\""),
                                                HasSubstr(known_loaders().front().path),
                                                HasSubstr(known_loaders().back().path))));
}

TEST(PathsInCache, AreThoseOfTheName) {
  const std::string cache = ld_cache({{"liba.so.1", "/usr/local/lib/liba.so.1"},
                                      {"liba.so.1", "/usr/lib/liba.so.1"},
                                      {"libb.so.2", "/opt/libb.so.2"},
                                      {"libc.so.3", "libc.so.3"}});
  EXPECT_THAT(paths_in_cache(cache, "liba.so.1"),
              ElementsAre("/usr/local/lib/liba.so.1", "/usr/lib/liba.so.1"));
  EXPECT_THAT(paths_in_cache(cache, "libb.so.2"), ElementsAre("/opt/libb.so.2"));
  EXPECT_THAT(paths_in_cache(cache, "libc.so.3"), IsEmpty()) << "a relative path";
  EXPECT_THAT(paths_in_cache(cache, "liba.so"), IsEmpty());
  EXPECT_THAT(paths_in_cache("ld.so-1.7.0 and more" + cache, "libb.so.2"),
              ElementsAre("/opt/libb.so.2"));
}

TEST(PathsInCache, LeaveOutProcessorSpecificBuilds) {
  const std::string cache = ld_cache(
      {{"liba.so.1", "/lib/glibc-hwcaps/x86-64-v3/liba.so.1", 1}, {"liba.so.1", "/lib/liba.so.1"}});
  EXPECT_THAT(paths_in_cache(cache, "liba.so.1"), ElementsAre("/lib/liba.so.1"));
}

TEST(PathsInCache, AreNoneInADamagedCache) {
  const std::string cache = ld_cache({{"liba.so.1", "/lib/liba.so.1"}});
  ASSERT_EQ(paths_in_cache(cache, "liba.so.1").size(), 1u);
  for (std::size_t size = 0; size < cache.size(); ++size)
    EXPECT_THAT(paths_in_cache(cache.substr(0, size), "liba.so.1"), IsEmpty()) << size;
  std::string many = cache;
  many.replace(20, 4, "\xff\xff\xff\xff");
  EXPECT_THAT(paths_in_cache(many, "liba.so.1"), IsEmpty());
}

TEST(PathsInCache, AreInThisMachinesCache) {
  EXPECT_THAT(paths_in_cache(read_file("/etc/ld.so.cache"), "libc.so.6"),
              Contains(HasSubstr("/libc.so.6")));
}

TEST(DirectoriesInList, AreAbsolute) {
  EXPECT_THAT(directories_in_list("/lib:/usr/lib\n/opt/lib\nhere::/x"),
              ElementsAre("/lib", "/usr/lib", "/opt/lib", "/x"));
  EXPECT_THAT(directories_in_list(""), IsEmpty());
}

}  // namespace
}  // namespace lab::vm
