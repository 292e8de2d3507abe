// SPDX-License-Identifier: MIT
//
// A host's three tables at one moment as strips of buckets. Those that look the same are drawn
// once, because a run has many more moments than changes of its tables.
#pragma once

#include <map>
#include <string>

#include "html/moments.hpp"

namespace lab::html {

class Strips {
 public:
  // `id`: of the run, the prefix of the ids.
  Strips(const Timeline& timeline, std::string id) : timeline_(timeline), id_(std::move(id)) {}

  // The id of the element with these strips.
  std::string add(const HostTables& host);
  // All of them, as HTML.
  const std::string& html() const { return html_; }

 private:
  const Timeline& timeline_;
  std::string id_;
  std::map<std::string, std::string> known_;  // HTML without its id → id
  std::string html_;
};

}  // namespace lab::html
