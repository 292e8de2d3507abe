// SPDX-License-Identifier: MIT
//
// The functions of libarchive that are used here. It is loaded when an archive is read: as a
// library of this program it would bring forty megabytes (libicu, by way of libxml2) into the
// image of every guest.
#pragma once

#include <archive.h>
#include <archive_entry.h>

namespace lab::grade {

struct ArchiveLibrary {
  // Loaded once. Throws EnvironmentError that names the package.
  static const ArchiveLibrary& get();

  decltype(&::archive_read_new) read_new;
  decltype(&::archive_read_free) read_free;
  decltype(&::archive_read_support_format_tar) support_tar;
  decltype(&::archive_read_support_format_zip) support_zip;
  decltype(&::archive_read_support_filter_gzip) support_gzip;
  decltype(&::archive_read_support_filter_bzip2) support_bzip2;
  decltype(&::archive_read_support_filter_xz) support_xz;
  decltype(&::archive_read_support_filter_zstd) support_zstd;
  decltype(&::archive_read_open_fd) open_fd;
  decltype(&::archive_read_next_header) next_header;
  decltype(&::archive_read_data) read_data;
  decltype(&::archive_error_string) error_string;
  decltype(&::archive_entry_pathname) pathname;
  decltype(&::archive_entry_hardlink) hardlink;
  decltype(&::archive_entry_filetype) filetype;
};

}  // namespace lab::grade
