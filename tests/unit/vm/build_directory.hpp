// SPDX-License-Identifier: MIT
//
// A build directory made for one test, and removed with it.
#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "util/temporary_folder.hpp"

namespace lab::vm {

class BuildDirectory {
 public:
  const std::string& path() const { return path_; }

  // Returns the file's path.
  std::string write(const std::string& name, std::string_view text) const {
    const std::filesystem::path file = path_ + "/" + name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
    return file;
  }

  // The files of a guest, with nothing in them.
  void add_guest(const std::string& series, std::string_view release) const {
    write(fmt::format("images/{}.cpio", series), "");
    write(fmt::format("kernels/{}/release", series), fmt::format("{}\n", release));
    write(fmt::format("kernels/{}/boot/vmlinuz-{}", series, release), "");
  }

 private:
  TemporaryFolder folder_;
  std::string path_ = folder_.path();
};

}  // namespace lab::vm
