// SPDX-License-Identifier: MIT
#include "report/json.hpp"

#include <nlohmann/json.hpp>

namespace lab::report {

void JsonReporter::begin(const Timeline&) {}

void JsonReporter::step(const Timeline&, const StepRecord&) {}

void JsonReporter::end(const Timeline& timeline) {
  open();
  out_ << (first_ ? "\n" : ",\n") << text_of(timeline);
  first_ = false;
}

void JsonReporter::finish(const Summary& summary) {
  open();
  out_ << "\n],\n\"summary\": " << text_of(summary) << "}\n";
  out_.flush();
}

void JsonReporter::open() {
  if (opened_) return;
  out_ << "{\"schema\": " << json_schema << ",\n\"runs\": [";
  opened_ = true;
}

// What a scenario sends and receives need not be UTF-8; JSON must.
std::string JsonReporter::text_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace lab::report
