// SPDX-License-Identifier: MIT
//
// The folder of scenarios. A file's stem is its scenario's name (parse() sees
// to that), so one is found by its name from the file names alone; the folder
// that it lies in is its topic.
#pragma once

#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab::scenario {

// A scenario's file, unopened.
struct CatalogueFile {
  std::string name;   // "simopen"
  std::string topic;  // "simultaneous-open"; "a/b" two folders down; empty: the folder itself
  std::string path;
};

struct CatalogueEntry : CatalogueFile {
  std::string title;
  std::vector<Family> families;
  std::vector<std::string> variants;
  std::string error;  // why the file cannot be parsed; empty: it can, and has a title
};

// Every .yaml file anywhere below the folder, by topic and name; nothing hidden.
// Throws UsageError if there is no such folder.
std::vector<CatalogueFile> files_of(const std::string& folder);

// The same, parsed; one that is broken is listed with its error.
std::vector<CatalogueEntry> catalogue(const std::string& folder);

// The path of the one scenario that the word means (selection.hpp). Throws
// UsageError with the nearest names, and when it means several.
std::string find(const std::string& folder, const std::string& wanted);

}  // namespace lab::scenario
