// SPDX-License-Identifier: MIT
//
// The folder of scenarios. A file's stem is its scenario's name (parse() sees
// to that), so one is found by its name from the file names alone.
#pragma once

#include <string>
#include <vector>

namespace lab::scenario {

struct CatalogueEntry {
  std::string name;
  std::string title;
  std::string path;
  std::string error;  // why the file cannot be parsed; empty: it can, and has a title
};

// Every .yaml file anywhere below the folder, by name. Parses them all; one that
// is broken is listed with its error. Throws UsageError if there is no such folder.
std::vector<CatalogueEntry> catalogue(const std::string& folder);

// The path of the scenario that the user wants: itself when it has a "/" or
// ends in ".yaml", else the file of that name anywhere below the folder. Opens
// no file. Throws UsageError with the nearest names, or when two files have it.
std::string find(const std::string& folder, const std::string& wanted);

}  // namespace lab::scenario
