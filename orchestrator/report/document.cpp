// SPDX-License-Identifier: MIT
#include "report/document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "report/reporter.hpp"
#include "stored/stored.hpp"
#include "util/error.hpp"

namespace lab::report {
namespace {

using nlohmann::json;

// The parts of a document that do not follow from its runs.
struct Remainder {
  std::size_t scenarios = 1;
  std::chrono::nanoseconds took{0};
  std::size_t planned = 0;  // 0: it was not interrupted
};

void require_schema(const JsonPlace& from) {
  const int schema = from.as<int>();
  if (schema != json_schema)
    from.refuse(fmt::format("the document has version {}, but this program reads version {}; {}",
                            schema, json_schema,
                            schema < json_schema ? "run the scenarios again"
                                                 : "draw it with the program that wrote it"));
}

Run run_from(const JsonPlace& from) {
  return {play_result_from(from.at("result")), timeline_from(from)};
}

Remainder remainder_from(const JsonPlace& from) {
  require_schema(from.at("schema"));
  (void)from.at("runs").items();  // an array, already emptied
  const JsonPlace summary = from.at("summary");
  Remainder remainder;
  remainder.scenarios = summary.get<std::size_t>("scenarios");
  remainder.took = std::chrono::nanoseconds(summary.get<std::int64_t>("took"));
  if (const auto interrupted = summary.find("interrupted"))
    remainder.planned = interrupted->get<std::size_t>("planned");
  (void)from.at("sources");
  return remainder;
}

// Calls `make` and adds the document's name to its errors.
template <typename Make>
auto in_document(const std::string& name, Make make) try {
  return make();
} catch (const UsageError& mistake) {
  throw UsageError(fmt::format("{}: {}", name, mistake.what()));
} catch (const json::parse_error& mistake) {
  throw UsageError(fmt::format("{}: not a whole JSON document: {}", name, mistake.what()));
}

}  // namespace

void DocumentReader::read(std::FILE* document, const std::string& name) {
  std::string member;  // the current member of the document
  std::size_t runs = 0;
  // Passes on each part of the document as soon as it is complete.
  const auto keep = [&](int depth, json::parse_event_t event, json& value) {
    using Event = json::parse_event_t;
    if (event == Event::key && depth == 1) member = value.get<std::string>();
    if (event == Event::value && depth == 1 && member == "schema")
      require_schema(JsonPlace(value, "/schema"));
    const bool complete =
        event == Event::object_end || event == Event::array_end || event == Event::value;
    if (complete && depth == 1 && member == "sources")
      for (const auto& [file, text] : JsonPlace(value, "/sources").members())
        audience_.source(file, text.as<std::string>());
    if (!complete || depth != 2 || member != "runs") return true;
    take(run_from(JsonPlace(value, fmt::format("/runs/{}", runs++))));
    return false;
  };
  const Remainder rest = in_document(name, [&] {
    const json remaining = json::parse(document, keep);
    return remainder_from(JsonPlace(remaining));
  });

  summary_.scenarios = std::max({summary_.scenarios, rest.scenarios, files_.size()});
  summary_.took += rest.took;
  runs_ += runs;
  planned_ += std::max(rest.planned, runs);
  if (planned_ > runs_) summary_.planned = planned_;
}

void DocumentReader::take(Run run) {
  summary_.add(run.result);
  files_.insert(run.result.file);
  audience_.run(std::move(run));
}

}  // namespace lab::report
