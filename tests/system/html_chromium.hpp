// SPDX-License-Identifier: MIT
//
// Looks at a page in headless Chromium: html_check.js looks, from a page around ours; Chromium
// prints that page's document when all is done.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "program.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::html {

// What stands between the tags of the element with this id.
inline std::string text_of(const std::string& document, const std::string& id) {
  const std::string begin = "id=\"" + id + "\">";
  const std::size_t from = document.find(begin);
  if (from == std::string::npos) return "";
  std::string text =
      document.substr(from + begin.size(), document.find('<', from) - from - begin.size());
  for (const auto& [entity, letter] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", " "}, {"&amp;", "&"}})
    text = std::regex_replace(text, std::regex(entity), letter);
  return text;
}

inline std::string without_script(const std::string& page) {
  const std::size_t begin = page.find("<script>"), end = page.find("</script>");
  return page.substr(0, begin) + page.substr(end);
}

struct Page {
  std::string name, html;
  bool several = false;  // it has an index
  // Names that its Chinese has, too: hosts, sockets, programs. Empty: nobody looks at its Chinese,
  // otherwise only at that.
  std::set<std::string> names = {};
};

// `axe`: the source of axe-core, with which the page is examined as well; empty: it is not.
inline std::vector<std::string> problems_of(const Page& page, const std::string& axe = "") {
  const TemporaryFolder temporary;
  const std::filesystem::path folder = temporary.path();
  std::ofstream(folder / (page.name + ".html")) << page.html;
  std::ofstream(folder / (page.name + "-plain.html")) << without_script(page.html);
  const nlohmann::json pages = {
      {{"name", page.name}, {"several", page.several}, {"names", page.names}}};
  std::ofstream(folder / "harness.html")
      << "<!doctype html><meta charset=utf-8><body><script type=application/json id=pages>" << pages
      << "</script>" << (axe.empty() ? "" : "<script type=text/plain id=axe>" + axe + "</script>")
      << "<script>" << read_file(TESTS_DIR "/system/html_chinese.js") << "</script>"
      << "<script>" << read_file(TESTS_DIR "/system/html_check.js") << "</script>";
  test::How how;
  how.deadline = std::chrono::seconds(100);
  const test::Ran chromium = test::run(
      {CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
       "--disable-dev-shm-usage", "--enable-logging=stderr", "--log-level=0",
       "--allow-file-access-from-files", "--user-data-dir=" + (folder / "profile").string(),
       "--window-size=1500,1000",
       // Ends when the page has no more to do, without waiting by the clock.
       "--virtual-time-budget=60000", "--dump-dom", "file://" + (folder / "harness.html").string()},
      how);
  EXPECT_EQ(chromium.status, 0) << chromium.err;
  // Whatever a page says on its console: of errors, and of what it was not allowed.
  EXPECT_THAT(chromium.err, ::testing::Not(::testing::HasSubstr("CONSOLE")));
  const std::string result = text_of(chromium.out, "result");
  if (result.empty()) return {"html_check.js has not come to its end: " + chromium.err};
  return nlohmann::json::parse(result);
}

}  // namespace lab::html
