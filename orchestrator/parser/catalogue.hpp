// SPDX-License-Identifier: MIT
//
// The folder of scenarios. parse() requires that a file's stem is its scenario's name, so a
// scenario can be found from the file names alone. The folder of a file is its topic.
#pragma once

#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab::parser {

// A scenario's file, not opened.
struct CatalogueFile {
  std::string name;   // "simopen"
  std::string topic;  // "simultaneous-open"; "a/b" for nested folders; empty: none
  std::string path;
};

struct CatalogueEntry : CatalogueFile {
  std::string title;
  std::vector<Family> families;
  std::vector<std::string> variants;
  std::string error;  // why the file cannot be parsed; empty: it can
};

// All .yaml files below the folder, sorted by topic and name, without hidden ones. Throws
// UsageError if there is no such folder.
std::vector<CatalogueFile> files_of(const std::string& folder);

// The same, parsed; a broken file is listed with its error.
std::vector<CatalogueEntry> catalogue(const std::string& folder);

// The path of the scenario that the word selects (selection.hpp). Throws UsageError with the
// nearest names if there is none, and if there are several.
std::string find(const std::string& folder, const std::string& wanted);

}  // namespace lab::parser
