// SPDX-License-Identifier: MIT
//
// Checks the links of README.md and of the documents below docs/ that lead to files of the repository: the
// file exists, and the line of a link to a line (#L12). A link whose text is a name in
// code, "[`play()`](../run.cpp#L12)", leads to a file in which that name stands. That it
// stands at that very line is not checked, or every change of the code would change them.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Link {
  std::string text, target;  // "`play()`", "../run.cpp#L12"
};

std::string slurp(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<fs::path> documents() {
  const fs::path root = SOURCE_DIR;
  std::vector<fs::path> found{root / "README.md"};
  for (const auto& entry : fs::recursive_directory_iterator(root / "docs"))
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  std::ranges::sort(found);
  return found;
}

// Without blocks of code, in which brackets are no links, and with a blank for each
// newline, as a link's text may be wrapped.
std::string prose_of(const std::string& markdown) {
  std::istringstream lines(markdown);
  std::string prose;
  bool in_code = false;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    const bool is_fence = begin != std::string::npos && line.compare(begin, 3, "```") == 0;
    if (is_fence) in_code = !in_code;
    if (!is_fence && !in_code) prose += line + ' ';
  }
  return prose;
}

// "[text](target)", where the target has no blank: a lambda in code often has one.
std::vector<Link> links_in(const std::string& markdown) {
  const std::string prose = prose_of(markdown);
  std::vector<Link> links;
  for (std::size_t at = 0; (at = prose.find("](", at)) != std::string::npos; ++at) {
    const std::size_t begin = prose.rfind('[', at), end = prose.find_first_of(" ()", at + 2);
    if (begin == std::string::npos || end == std::string::npos || prose[end] != ')') continue;
    links.push_back({prose.substr(begin + 1, at - begin - 1), prose.substr(at + 2, end - at - 2)});
  }
  return links;
}

// To another site, or to a heading of the same document.
bool leads_to_a_file(const Link& link) {
  return link.target.find("://") == std::string::npos && !link.target.starts_with("#") &&
         !link.target.starts_with("mailto:");
}

// "play" of "`play()`", "Row" of "`struct Row`"; empty: the text is not one name in code.
std::string name_in(const std::string& text) {
  std::smatch parts;
  const std::regex code(R"(`(?:(?:struct|class|enum|enum class) )?([\w:<>]+)(?:\(\))?`)");
  return std::regex_match(text, parts, code) ? parts[1].str() : "";
}

struct Counts {
  std::size_t files = 0, lines = 0, names = 0;
};

void check(const fs::path& document, const Link& link, Counts& counts) {
  const std::string where = document.filename().string() + ": " + link.target;
  const std::size_t hash = link.target.find('#');
  const fs::path path = (document.parent_path() / link.target.substr(0, hash)).lexically_normal();
  ++counts.files;
  ASSERT_TRUE(fs::exists(path)) << where << ": there is no such file";

  std::smatch line;
  const std::string anchor = hash == std::string::npos ? "" : link.target.substr(hash);
  if (!std::regex_match(anchor, line, std::regex("#L([0-9]+)"))) return;
  ASSERT_TRUE(fs::is_regular_file(path)) << where << ": a folder has no lines";
  const std::string text = slurp(path);
  ++counts.lines;
  EXPECT_GE(std::stol(line[1]), 1) << where;
  EXPECT_LE(std::stol(line[1]), std::ranges::count(text, '\n'))
      << where << ": the file ends before this line";

  const std::string name = name_in(link.text);
  if (name.empty()) return;
  ++counts.names;
  EXPECT_NE(text.find(name), std::string::npos) << where << ": the file has no " << name;
}

TEST(Links, LeadToWhatIsThere) {
  Counts counts;
  for (const fs::path& document : documents())
    for (const Link& link : links_in(slurp(document)))
      if (leads_to_a_file(link)) check(document, link, counts);
  EXPECT_GT(counts.files, 150u) << "could not read the links of the documents";
  EXPECT_GT(counts.lines, 100u);
  EXPECT_GT(counts.names, 100u);
}

TEST(Links, AreFoundInProseAndNotInCode) {
  const auto links = links_in(
      "See [`a()`](x.c#L3) and [two\nwords](y.md).\n```\n[no](z.md)\n```\n  ```\n  [no](z.md)\n"
      "  ```\n[three](w/)");
  ASSERT_EQ(links.size(), 3u);
  EXPECT_EQ(links[0].text, "`a()`");
  EXPECT_EQ(links[0].target, "x.c#L3");
  EXPECT_EQ(links[1].text, "two words");
  EXPECT_EQ(links[1].target, "y.md");
  EXPECT_EQ(links[2].target, "w/");
}

TEST(Links, KnowANameInCode) {
  EXPECT_EQ(name_in("`TcpSocket::connect()`"), "TcpSocket::connect");
  EXPECT_EQ(name_in("`enum class Judging`"), "Judging");
  EXPECT_EQ(name_in("`define<Connect>()`"), "define<Connect>");
  EXPECT_EQ(name_in("kmod/row.c"), "");
  EXPECT_EQ(name_in("`act()` for `Connect`"), "");
}

}  // namespace
