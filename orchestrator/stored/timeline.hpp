// SPDX-License-Identifier: MIT
//
// How a run is stored: its hosts, sockets, programs, steps and checks (json/description.hpp).
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "json/description.hpp"
#include "record/timeline.hpp"
#include "stored/packets.hpp"
#include "stored/tables.hpp"
#include "stored/words.hpp"

namespace lab {

template <>
struct Description<Check> {
  static constexpr const char *definition = "check", *meaning = "one judgement";
  static void members(auto& d, auto& check) {
    d.required("outcome", check.outcome);
    d.required("title", check.title);
    d.required("witness", check.witnesses);
    d.required("expected", check.expected);
    d.required("seen", check.seen, "of not_observed: why");
    d.optional("cause", check.cause,
               "of a connect that was refused or had no answer: why, from the receiving host's "
               "tables at that moment; missing: not looked for, or nothing found");
  }
};

template <>
struct Description<StepRecord> {
  static constexpr const char *definition = "step",
                              *meaning = "a step that was played, and all that belongs to it";
  static void members(auto& d, auto& step) {
    d.required("index", step.index, "in the scenario, from 0");
    d.optional("verb", step.verb, "of the scenario's language: connect");
    d.optional("class", step.step_class);
    d.optional("hosts", step.hosts, "where it happened", ListOf<Name>{});
    d.required("text", step.text);
    d.optional("subject", step.subject,
               "the beginning of text, without what is compared: packets at client");
    d.required("note", step.note, "what the scenario's writer says about it");
    d.required("line", step.line, "in the scenario's file");
    d.required("begin", step.begin, "", Time{});
    d.required("end", step.end, "", Time{});
    d.required("error", step.played.error, "the errno that it gave, by name; 0: none", ErrnoName{});
    d.required("observed", step.played.observed, "what came of it, in words");
    d.required("timed_out", step.played.timed_out);
    d.bytes("data", step.played.data, "what recv() brought, or a program has written");
    d.flag("ended", step.played.ended, "recv() met the end of the stream");
    d.optional("value", step.played.value,
               "what getsockopt() says; of a transfer the bytes that arrived; of poll(2) its "
               "revents");
    d.optional("exit", step.played.exit, "a program's exit status, or 128 + the signal");
    d.required("snapshots", step.snapshots);
    d.required("lookups", step.lookups);
    d.optional("info", step.info);
    d.required("checks", step.checks);
    d.optional("skipped", step.skipped, "why it was not played");
  }
};

template <>
struct Description<SocketRecord> {
  static constexpr const char *definition = "socket", *meaning = "a socket that the scenario opened";
  static void members(auto& d, auto& socket) {
    d.required("name", socket.name, "", Name{});
    d.required("host", socket.host, "", Name{});
    d.required("cookie", socket.cookie, "SO_COOKIE");
    d.required("inode", socket.inode);
  }
};

template <>
struct Description<ProgramRecord> {
  static constexpr const char *definition = "program", *meaning = "a program that the scenario ran";
  static void members(auto& d, auto& program) {
    d.required("name", program.name, "", Name{});
    d.required("host", program.host, "", Name{});
    d.required("command", program.command);
    d.bytes("output", program.output, "what it wrote");
    d.required("output_cut", program.output_cut, "it wrote more than is kept");
    d.optional("exit", program.exit, "missing: it ran to the scenario's end");
  }
};

// In storage all addresses of a host are one list; those of its links have no name.
struct StoredAddress {
  std::string device;
  Address address;
  std::string name;
};

template <>
struct Description<StoredAddress> {
  static constexpr const char *definition = "host_address", *meaning = "an address of a host";
  static void members(auto& d, auto& stored) {
    d.required("device", stored.device, "", Name{});
    d.required("address", stored.address);
    d.optional("name", stored.name, "of an address that the scenario gave one", Name{});
  }
};

template <>
struct Description<HostRecord> {
  static constexpr const char *definition = "host", *meaning = "a network namespace of the run";

  static std::vector<StoredAddress> joined(const HostRecord& host) {
    std::vector<StoredAddress> all;
    for (const auto& [device, address] : host.addresses) all.push_back({device, address, ""});
    for (const auto& [name, device, address] : host.extra_addresses)
      all.push_back({device, address, name});
    return all;
  }
  static void split(const std::vector<StoredAddress>& all, HostRecord& host) {
    for (const auto& [device, address, name] : all)
      if (name.empty())
        host.addresses.emplace_back(device, address);
      else
        host.extra_addresses.push_back({name, device, address});
  }

  static void members(auto& d, auto& host) {
    d.required("name", host.name, "", Name{});
    auto addresses = joined(host);
    d.required("addresses", addresses);
    if constexpr (std::decay_t<decltype(d)>::reads) split(addresses, host);
    d.required("netns_inode", host.netns_inode);
  }
};

template <>
struct Description<Tally> {
  static constexpr const char *definition = "tally",
                              *meaning = "checks, and steps that were skipped";
  static void members(auto& d, auto& tally) {
    d.required("pass", tally.pass);
    d.required("fail", tally.fail);
    d.required("not_observed", tally.not_observed);
    d.required("skipped_steps", tally.skipped);
  }
};

template <>
struct Description<Timeline> {
  static constexpr const char *definition = "run",
                              *meaning =
                                  "one run: everything that was done and seen, in order. Of one "
                                  "that was not played, or died, names only";
  static void members(auto& d, auto& run) {
    d.required("scenario", run.scenario, "its name", NameOrNone{});
    d.required("title", run.title);
    d.required("rule", run.rule, "RFC section, kernel function");
    d.required("file", run.file, "the scenario's; a name in \"sources\"");
    d.required("variant", run.variant, "empty: the scenario has none", NameOrNone{});
    d.required("family", run.family);
    d.required("kernel", run.kernel, "uname -r");
    d.required("module", run.module, "its schema, or why it was not asked");
    d.required("hold_mechanism", run.hold_mechanism, "empty: nothing was held");
    d.required("hosts", run.hosts);
    d.required("links", run.links, "a:eth0, b:eth0", ListOf<PairOf<Name>>{});
    d.required("sockets", run.sockets);
    d.required("programs", run.programs);
    d.optional("values", run.values, "what the scenario took from what it saw");
    d.required("steps", run.steps);
    d.required("packets", run.packets, "of all hosts, by time");
    d.required("packets_lost", run.packets_lost,
               "the capture dropped some: absence proves nothing");
    d.required("trace", run.trace, "of all hosts, by time");
    d.required("trace_lost", run.trace_lost, "events that the reader was too slow for");
    d.required("trace_missed", run.trace_missed, "calls that the probes were too busy to see");
    d.optional("no_trace", run.no_trace, "why there is no trace");
    d.required("trace_blind", run.trace_blind,
               "functions whose calls cannot be seen in this kernel, and drop_reasons if it gives "
               "none; each with the reason");
    d.required("aborted", run.aborted, "why it ended early; empty: it did not");
    d.optional("unexpected", run.unexpected,
               "segments behind the last expected ones at a host, in words");
    d.optional("arrivals", run.arrivals,
               "the 4-tuples that arrived at each host, as its module answered for them at the "
               "end of the run: for their buckets");
    d.required("begin", run.begin, "", Time{});
    d.required("end", run.end, "", Time{});
    d.derived("tally", tally(run));
  }
};

}  // namespace lab
