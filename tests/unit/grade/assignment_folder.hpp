// SPDX-License-Identifier: MIT
//
// A small assignment in a folder of its own.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "util/temporary_folder.hpp"

namespace lab::grade::test {

class AssignmentFolder {
 public:
  AssignmentFolder() {
    write("echo.yaml", scenario("echo"));
    write("rubric.yaml", rubric("  - {name: echoes, title: It echoes, scenario: echo.yaml, "
                                "points: 4}\n"));
  }

  std::filesystem::path path() const { return folder_.path(); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << text;
  }

  static std::string rubric(const std::string& checks, const std::string& more = "") {
    return "name: hw1\ntitle: Homework 1\nfiles:\n  - {path: server, kind: program}\n" + more +
           "checks:\n" + checks;
  }
  static std::string scenario(const std::string& name) {
    return "name: " + name +
           "\ntitle: A server\nfamilies: [ipv4]\n"
           "parameters: {submission: x, port: 8888, state: LISTEN}\n"
           "topology: {hosts: {server: }}\nsteps:\n"
           "  - exec: {host: server, name: sub, run: [\"${submission}/server\", \"${port}\"], "
           "background: true}\n"
           "  - await: {program: sub, output: ready}\n    note: it starts\n"
           "  - tables: {host: server, listeners: [{state: \"${state}\", local: "
           "\"any:${port}\"}]}\n    note: it listens\n";
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace lab::grade::test
