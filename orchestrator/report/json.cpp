// SPDX-License-Identifier: MIT
//
// The runs as one JSON document. Each is written in its turn, so that a thousand need no more
// memory than one.

#include <map>
#include <nlohmann/json.hpp>

#include "json/text.hpp"
#include "report/known.hpp"
#include "report/reporter.hpp"
#include "stored/stored.hpp"

namespace lab::report {
namespace {

class JsonReporter : public Reporter {
 public:
  explicit JsonReporter(std::ostream& out) : out_(out) {}

  void source(const std::string& file, std::string_view text) override { sources_[file] = text; }

  void reported(const PlayResult& result, std::string_view timeline_json) override {
    open();
    add(result, timeline_json.empty() ? json_text(known_of(result)) : std::string(timeline_json));
  }

  void finish(const Summary& summary) override {
    open();
    out_ << "\n],\n\"summary\": " << json_text(summary) << "}\n";
    out_.flush();
  }

 private:
  void open() {
    if (opened_) return;
    out_ << "{\"schema\": " << json_schema << ",\n\"sources\": " << json_text(sources_)
         << ",\n\"runs\": [";
    opened_ = true;
  }

  // The result becomes the first member of the timeline's object.
  void add(const PlayResult& result, std::string_view timeline) {
    out_ << (first_ ? "\n" : ",\n") << "{\"result\":" << json_text(result) << ","
         << timeline.substr(1);
    first_ = false;
  }

  std::ostream& out_;
  std::map<std::string, std::string> sources_;
  bool opened_ = false;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<Reporter> make_json_reporter(std::ostream& out) {
  return std::make_unique<JsonReporter>(out);
}

}  // namespace lab::report
