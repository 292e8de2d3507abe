// SPDX-License-Identifier: MIT
//
// Takes the expected files out of an archive (libarchive): tar or zip, also compressed with
// gzip, bzip2, xz or zstd. Nothing is unpacked to the disk. An archive may be malicious: links,
// devices and paths that lead out of it are never followed, and what is unpacked is limited.
#pragma once

#include <string>
#include <string_view>

#include "grade/submission.hpp"

namespace lab::grade {

inline constexpr std::string_view archive_endings[] = {".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst",
                                                       ".tgz",    ".tar",    ".zip"};

// An expected file may be at the archive's top, or in a folder there. Does not throw for anything
// that the archive contains. Throws EnvironmentError without libarchive, or if the file is gone or
// cannot be read.
Taken take_from_archive(const std::string& path, const Assignment& assignment);

}  // namespace lab::grade
