// SPDX-License-Identifier: MIT
//
// The section that the page's script steps through (script/step.js). Without the script it is a
// list of the moments.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "draw/page.hpp"
#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/links.hpp"
#include "html/moments.hpp"
#include "html/sections.hpp"
#include "html/strips.hpp"
#include "record/entries.hpp"

namespace lab::html {
namespace {

std::string_view css_class_of(const Search& search) {
  if (!search.result) return "unknown";
  return *search.result == LookupResult::hit    ? "hit"
         : *search.result == LookupResult::miss ? "miss"
                                                : "skipped";
}

std::string_view words_of(const Search& search) {
  if (!search.result) return "not observed";
  return *search.result == LookupResult::hit    ? "hit"
         : *search.result == LookupResult::miss ? "miss"
                                                : "not reached";
}

std::vector<Fields> searches_of(const Timeline& timeline, const ArrivalLookup& lookup) {
  std::vector<Fields> searches;
  for (const Search& search : lookup.searches) {
    Fields fields;
    fields.put("step", std::string(to_string(search.step)))
        .put("table", search.step == LookupStepName::ehash ? "ehash" : "lhash2")
        .put("class", css_class_of(search))
        .put("result", words_of(search))
        .put("socket", search.socket)
        .put("name", socket_name(timeline, search.cookie))
        .put("why_not", search.why_not);
    if (search.result != LookupResult::skipped) {
      fields.put("hash",
                 linked(fmt::format("{}(): {}", search.function, search.hash), timeline.kernel));
      if (search.bucket) fields.put("bucket", *search.bucket);
    }
    if (search.cookie) fields.put("cookie", static_cast<std::size_t>(*search.cookie));
    searches.push_back(std::move(fields));
  }
  return searches;
}

// "srv, CLOSED, holds the port and does not listen"
std::string holders_in_words(const Timeline& timeline, const ArrivalLookup& lookup) {
  if (!lookup.holders_known) return "○ which sockets hold the port was not observed";
  if (lookup.holders.empty()) return "no socket holds the port";
  std::vector<std::string> names;
  for (const Row& row : lookup.holders) {
    if (names.size() == 3) {
      names.push_back(fmt::format("{} more", lookup.holders.size() - 3));
      break;
    }
    const std::string name = socket_name(timeline, row.cookie);
    names.push_back(fmt::format("{}{}{}", name, name.empty() ? "" : ", ", to_string(row.state)));
  }
  return fmt::format("{} {} the port{}", fmt::join(names, "; "),
                     lookup.holders.size() == 1 ? "holds" : "hold",
                     lookup.forgotten ? ", and does not listen" : "");
}

Fields fields_of(const Timeline& timeline, const Moment& moment, Strips& strips) {
  Fields fields;
  fields.put("row", moment.row).put("time", moment.time).put("what", moment.what);
  if (moment.message) fields.put("message", *moment.message);
  std::vector<Fields> hosts, changes;
  for (const HostTables& host : moment.hosts)
    hosts.push_back(Fields().put("host", host.host).put("strips", strips.add(host)));
  for (const std::string& change : moment.changes)
    changes.push_back(Fields().put("change", change));
  fields.put("hosts", hosts).put("changes", changes);
  if (!moment.lookup) return fields;
  const ArrivalLookup& lookup = *moment.lookup;
  fields.put("verdict", lookup.verdict).put("no_lookup", lookup.why_not);
  if (lookup.searches.empty()) return fields;
  fields.flag("lookup", true)
      .put("searches", searches_of(timeline, lookup))
      .put("holders", holders_in_words(timeline, lookup))
      .flag("forgotten", lookup.forgotten);
  if (lookup.bind_bucket) fields.put("bind_bucket", *lookup.bind_bucket);
  if (lookup.inferred) fields.put("inferred", moment.hosts.front().tables.step.value_or(0));
  return fields;
}

}  // namespace

std::string step_through_section(const Timeline& timeline, const std::string& id) {
  static const Template page{asset::step_through_mustache};
  if (timeline.steps.empty()) return "";
  const diagram::Ladder ladder = diagram::ladder_of(timeline, draw::glyphs_of(true));
  Strips strips(timeline, id);
  std::vector<Fields> moments;
  for (const Moment& moment : moments_of(timeline, ladder)) {
    moments.push_back(fields_of(timeline, moment, strips));
    moments.back().put("number", moments.size());
  }
  if (moments.empty()) return "";
  return page.fill(Fields().put("id", id).put("moments", moments).put("strips", strips.html()));
}

}  // namespace lab::html
