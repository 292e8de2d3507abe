// SPDX-License-Identifier: MIT
//
// What is taken out of a submission, also out of one that was made to do harm.
#include "grade/submission.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "util/error.hpp"
#include "util/temporary_folder.hpp"

namespace lab::grade {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::ThrowsMessage;

Assignment assignment() {
  Assignment result;
  result.files = {{"server", ExpectedFile::Kind::program, false},
                  {"src/notes.txt", ExpectedFile::Kind::data, false}};
  result.limits.size = 1000;
  return result;
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

class GradeSubmission : public testing::Test {
 protected:
  Taken taken() const { return take({folder_.path(), "alice"}, assignment()); }
  fs::path operator/(const std::string& name) const { return folder_.path() / name; }
  const TemporaryFolder folder_;
};

TEST_F(GradeSubmission, GivesTheExpectedFilesAndNoOther) {
  write(*this / "server", "#!/bin/sh\n");
  write(*this / "src/notes.txt", "notes");
  write(*this / "virus", "x");
  EXPECT_THAT(taken().files,
              ElementsAre(Pair("server", "#!/bin/sh\n"), Pair("src/notes.txt", "notes")));
  EXPECT_THAT(taken().refused, IsEmpty());
}

TEST_F(GradeSubmission, IsNotFollowedThroughItsLinks) {
  write(*this / "elsewhere/notes.txt", "secret");
  fs::create_symlink("/etc/passwd", *this / "server");
  fs::create_directory_symlink("elsewhere", *this / "src");
  EXPECT_THAT(taken().files, IsEmpty());
  EXPECT_THAT(taken().refused, ElementsAre(Pair("server", HasSubstr("symbolic link")),
                                           Pair("src/notes.txt", HasSubstr("symbolic link"))));
}

// In a folder where students can write.
TEST_F(GradeSubmission, ThatIsALinkToAnothersIsRefused) {
  write(*this / "bob/server", "#!/bin/sh\n");
  write(*this / "bob.zip", "x");
  fs::create_directory_symlink("bob", *this / "eve");
  fs::create_symlink("bob.zip", *this / "mallory.zip");
  for (const char* name : {"eve", "eve/", "mallory.zip"}) {
    const Taken got = take({*this / name, "eve"}, assignment());
    EXPECT_THAT(got.files, IsEmpty()) << name;
    EXPECT_THAT(got.fault, HasSubstr("is a symbolic link")) << name;
  }
  // A link above it is the teacher's.
  fs::create_directories(*this / "class/ada");
  write(*this / "class/ada/server", "#!/bin/sh\n");
  fs::create_directory_symlink("class", *this / "hw1");
  EXPECT_THAT(take({*this / "hw1/ada", "ada"}, assignment()).files, testing::SizeIs(1));
}

TEST_F(GradeSubmission, DoesNotHangAtAPipeAndReadsNoDevice) {
  ASSERT_EQ(::mkfifo((*this / "server").c_str(), 0644), 0);
  fs::create_directories(*this / "src");
  const bool made = ::mknod((*this / "src/notes.txt").c_str(), S_IFCHR | 0644, makedev(1, 5)) == 0;
  EXPECT_THAT(taken().files, IsEmpty());
  EXPECT_EQ(taken().refused.at("server"), "it is not a regular file");
  if (made) {
    EXPECT_EQ(taken().refused.at("src/notes.txt"), "it is not a regular file");
  }
}

TEST_F(GradeSubmission, IsLimitedInSize) {
  write(*this / "server", std::string(600, 'x'));
  write(*this / "src/notes.txt", std::string(600, 'x'));
  EXPECT_EQ(taken().files.size(), 1u);
  EXPECT_THAT(taken().refused.at("src/notes.txt"), HasSubstr("larger than the assignment allows"));
}

TEST_F(GradeSubmission, OfASparseFileIsNotReadToItsEnd) {
  write(*this / "server", "x");
  fs::resize_file(*this / "server", 1ULL << 40);
  EXPECT_THAT(taken().refused.at("server"), HasSubstr("larger than the assignment allows"));
}

TEST_F(GradeSubmission, IsNamedAfterItsFolderOrArchive) {
  fs::create_directories(*this / "bob");
  for (const char* name : {"alice.tar.gz", "carol.zip"}) write(*this / name, "");
  std::vector<std::string> students;
  for (const Submission& each :
       submissions_of({*this / "bob/", *this / "carol.zip", *this / "alice.tar.gz"}))
    students.push_back(each.student);
  EXPECT_THAT(students, ElementsAre("alice", "bob", "carol"));
}

TEST_F(GradeSubmission, IsNamedWithoutControlCharacters) {
  fs::create_directories(*this / "\x1b[2Jbob\n");
  EXPECT_EQ(submissions_of({*this / "\x1b[2Jbob\n"}).at(0).student, "\\u001b[2Jbob ");
  write(*this / "\x1b[2Jbob\t.zip", "");
  EXPECT_THROW(submissions_of({*this / "\x1b[2Jbob\n", *this / "\x1b[2Jbob\t.zip"}), UsageError);
}

TEST_F(GradeSubmission, ThatIsGoneIsNotOneWithoutFiles) {
  EXPECT_THROW(take({*this / "bob", "bob"}, assignment()), EnvironmentError);
  EXPECT_THROW(take({*this / "bob.zip", "bob"}, assignment()), EnvironmentError);
}

TEST_F(GradeSubmission, ThatCannotBeReadIsRefusedAtOnce) {
  fs::permissions(folder_.path(), fs::perms(0755));
  fs::create_directories(*this / "bob");
  fs::permissions(*this / "bob", fs::perms::none);
  const std::string path = *this / "bob";
  constexpr uid_t nobody = 65534;
  const auto as_nobody = [&] {
    if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) ::_exit(1);
    try {
      submissions_of({path});
    } catch (const UsageError& error) {
      std::fputs(error.what(), stderr);
      ::_exit(2);
    }
    ::_exit(0);
  };
  EXPECT_EXIT(as_nobody(), testing::ExitedWithCode(2), "bob: Permission denied");
  fs::permissions(*this / "bob", fs::perms::owner_all);
}

TEST_F(GradeSubmission, OfOneStudentMayNotBeThereTwice) {
  fs::create_directories(*this / "bob");
  write(*this / "bob.zip", "");
  EXPECT_THAT(
      [&] {
        submissions_of({*this / "bob", *this / "bob.zip"});
      },
      ThrowsMessage<UsageError>(HasSubstr("both submissions of bob")));
}

TEST_F(GradeSubmission, AnswersOnlyWithWhatTheQuestionAllows) {
  Assignment questions;
  questions.files = {{"answers.yaml", ExpectedFile::Kind::answers, false}};
  for (const char* name : {"first", "second", "third"})
    questions.questions.push_back({name, "Which?", {"LISTEN", "CLOSED"}});
  write(*this / "answers.yaml", "first: LISTEN\nsecond: \"any\"\nother: x\n");
  const predict::Answers answers =
      answers_of(take({folder_.path(), "alice"}, questions), questions);
  EXPECT_THAT(answers.values, ElementsAre(Pair("first", "LISTEN")));
  EXPECT_THAT(answers.refused,
              ElementsAre(Pair("second", HasSubstr("answers.yaml:2: the answer is \"any\"")),
                          Pair("third", HasSubstr("does not answer it"))));
  write(*this / "answers.yaml", "first: &x [*x]\n");
  EXPECT_EQ(answers_of(take({folder_.path(), "alice"}, questions), questions).refused.size(), 3u);
}

// One entry of an archive that is made for a test.
struct Entry {
  std::string path, bytes;
  unsigned type = AE_IFREG;
  std::string link = {};
};

class GradeArchive : public GradeSubmission {
 protected:
  // Packed by libarchive, so that an entry can be anything.
  Taken taken(const std::vector<Entry>& entries, bool zip = false) const {
    const std::string path = *this / (zip ? "alice.zip" : "alice.tar.gz");
    archive* out = ::archive_write_new();
    if (zip) {
      ::archive_write_set_format_zip(out);
    } else {
      ::archive_write_set_format_pax_restricted(out);
      ::archive_write_add_filter_gzip(out);
    }
    EXPECT_EQ(::archive_write_open_filename(out, path.c_str()), ARCHIVE_OK);
    for (const Entry& each : entries) {
      archive_entry* entry = ::archive_entry_new();
      ::archive_entry_set_pathname(entry, each.path.c_str());
      ::archive_entry_set_filetype(entry, each.type);
      ::archive_entry_set_perm(entry, 04755);
      ::archive_entry_set_size(entry, static_cast<la_int64_t>(each.bytes.size()));
      if (each.type == AE_IFLNK)
        ::archive_entry_set_symlink(entry, each.link.c_str());
      else if (!each.link.empty())
        ::archive_entry_set_hardlink(entry, each.link.c_str());
      EXPECT_EQ(::archive_write_header(out, entry), ARCHIVE_OK) << ::archive_error_string(out);
      ::archive_write_data(out, each.bytes.data(), each.bytes.size());
      ::archive_entry_free(entry);
    }
    ::archive_write_close(out);
    ::archive_write_free(out);
    return take({path, "alice"}, assignment());
  }
};

TEST_F(GradeArchive, GivesTheExpectedFilesAtItsTopOrInItsFolder) {
  for (const bool zip : {false, true})
    for (const char* folder : {"", "./", "alice/"}) {
      const Taken got = taken({{std::string(folder) + "server", "program"},
                               {std::string(folder) + "src/notes.txt", "notes"},
                               {"other", "x"}},
                              zip);
      EXPECT_THAT(got.files, ElementsAre(Pair("server", "program"), Pair("src/notes.txt", "notes")))
          << folder << got.fault;
    }
}

TEST_F(GradeArchive, IsNotFollowedThroughLinksAndGivesNoDevice) {
  const Taken got =
      taken({{"server", "", AE_IFLNK, "/etc/passwd"}, {"src/notes.txt", "", AE_IFCHR}});
  EXPECT_THAT(got.files, IsEmpty());
  EXPECT_THAT(got.refused.at("server"), HasSubstr("symbolic link"));
  EXPECT_THAT(got.refused.at("src/notes.txt"), HasSubstr("not a regular file"));
  EXPECT_THAT(taken({{"x", "x"}, {"server", "", AE_IFREG, "x"}}).refused.at("server"),
              HasSubstr("hard link"));
}

TEST_F(GradeArchive, WithAFileTwiceGivesNeither) {
  const Taken got = taken({{"server", "good"}, {"x/server", "bad"}});
  EXPECT_THAT(got.files, IsEmpty());
  EXPECT_EQ(got.refused.at("server"), "it is in the archive twice");
}

TEST_F(GradeArchive, LeadsNowhereOutOfIt) {
  const Taken got = taken({{"../server", "x"}, {"/server", "x"}, {"a/../../src/notes.txt", "x"}});
  EXPECT_THAT(got.files, IsEmpty());
  EXPECT_THAT(got.refused,
              ElementsAre(Pair("server", "it is missing"), Pair("src/notes.txt", "it is missing")));
  EXPECT_FALSE(fs::exists(folder_.path().parent_path() / "server"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), {}), 1) << "the archive alone";
}

TEST_F(GradeArchive, ThatUnpacksToTooMuchIsRefused) {
  EXPECT_THAT(taken({{"server", std::string(2000, 'x')}}).refused.at("server"),
              HasSubstr("larger than the assignment allows"));
  EXPECT_EQ(taken({{"bomb", std::string(70 << 20, '\0')}, {"server", "x"}}).fault,
            "the archive unpacks to too many bytes");
}

TEST_F(GradeArchive, ThatIsDamagedIsRefused) {
  write(*this / "alice.tar.gz", "no archive at all");
  const Taken got = take({*this / "alice.tar.gz", "alice"}, assignment());
  EXPECT_NE(got.fault, "");
  EXPECT_THAT(got.files, IsEmpty());
}

TEST_F(GradeArchive, ThatIsCutSaysWhyNothingWasTaken) {
  const Taken whole = taken({{"server", "#!/bin/sh\n"}, {"src/notes.txt", "notes"}});
  ASSERT_EQ(whole.files.size(), 2u);
  fs::resize_file(*this / "alice.tar.gz", fs::file_size(*this / "alice.tar.gz") / 2);
  const Taken got = take({*this / "alice.tar.gz", "alice"}, assignment());
  EXPECT_THAT(got.fault, AnyOf(HasSubstr("damaged: "), HasSubstr("neither a tar nor a zip")));
  EXPECT_THAT(got.files, IsEmpty());
}

}  // namespace
}  // namespace lab::grade
