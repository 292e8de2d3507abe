// SPDX-License-Identifier: MIT
//
// How sockets, tables and lookups are stored (json/description.hpp).
#pragma once

#include <optional>
#include <string>
#include <type_traits>

#include "json/description.hpp"
#include "record/lookup.hpp"
#include "record/row.hpp"
#include "record/tcp_info.hpp"
#include "record/timeline.hpp"
#include "stored/words.hpp"

namespace lab {

template <>
struct Description<Row> {
  static constexpr const char *definition = "row",
                              *meaning =
                                  "a socket as one witness saw it; a field that it does not report "
                                  "is missing";
  static void members(auto& d, auto& row) {
    d.required("kind", row.kind);
    d.required("state", row.state);
    d.derived("family", std::string(to_string(row.local.address.family())), "inet or inet6");
    d.required("local", row.local);
    auto remote = has_remote(row) ? std::optional(row.remote) : std::nullopt;
    d.optional("remote", remote, "missing: it has none");
    if constexpr (std::decay_t<decltype(d)>::reads)
      row.remote = remote.value_or(Endpoint{Address::any(row.local.address.family()), 0});
    d.optional("device", row.device, "SO_BINDTODEVICE", NameOrNone{});
    d.optional("uid", row.uid);
    d.optional("inode", row.inode, "0: no process holds it any more");
    d.optional("cookie", row.cookie, "SO_COOKIE");
    d.optional("v6only", row.v6only);
    d.optional("reuseaddr", row.reuseaddr);
    d.optional("reuseport", row.reuseport);
    d.optional("accept_queue", row.accept_queue);
    d.optional("accept_queue_max", row.accept_queue_max);
    d.optional("bucket", row.bucket, "in its hash table; only the module reports it");
    d.optional("position", row.position, "in the bucket's chain, from 0");
    d.optional("retransmissions", row.retransmissions,
               "segments, over its life; only sock_diag reports it");
    d.optional("role", row.role);
  }
};

template <>
struct Description<Tuple> {
  static constexpr const char *definition = "tuple", *meaning = "what a SYN is looked up by";
  static void members(auto& d, auto& tuple) {
    d.required("source", tuple.source);
    d.required("destination", tuple.destination);
    d.optional("device", tuple.device, "the interface on which it arrives");
  }
};

template <>
struct Description<LookupStep> {
  static constexpr const char *definition = "lookup_step", *meaning = "one step of a lookup";
  static void members(auto& d, auto& step) {
    d.required("step", step.step);
    d.required("result", step.result);
    d.optional("bucket", step.bucket);
    d.optional("walked", step.walked, "sockets compared in that bucket");
    d.optional("score", step.score, "compute_score()");
    d.optional("socket", step.socket);
  }
};

template <>
struct Description<LookupAnswer> {
  static constexpr const char *definition = "answer",
                              *meaning = "what the module says a SYN would meet";
  static void members(auto& d, auto& answer) {
    d.required("tuple", answer.tuple);
    d.required("steps", answer.steps);
    d.required("verdict", answer.verdict);
    d.required("handler", answer.handler, "the kernel's function that deals with it");
    d.required("agrees", answer.agrees,
               "the module's own walk and the kernel's functions found the same");
    d.optional("caveat", answer.caveat, "why a live segment may fare otherwise");
  }
};

template <>
struct Description<Lookup> {
  static constexpr const char *definition = "lookup",
                              *meaning = "the module's answer, or why there is none";
  static void members(auto& d, auto& lookup) {
    d.required("host", lookup.host, "", Name{});
    d.either("answer", lookup.answer, "not_observed", lookup.why_not);
  }
};

template <>
struct Description<Witnessed> {
  static constexpr const char *definition = "witnessed",
                              *meaning = "a table as one witness showed it, or why it could not";
  static void members(auto& d, auto& witnessed) {
    d.required("witness", witnessed.witness);
    d.either("rows", witnessed.rows, "not_observed", witnessed.why_not);
  }
};

template <>
struct Description<Snapshot> {
  static constexpr const char *definition = "snapshot",
                              *meaning = "the tables of one host at one moment";
  static void members(auto& d, auto& snapshot) {
    d.required("host", snapshot.host, "", Name{});
    d.required("listeners", snapshot.listeners);
    d.required("bound", snapshot.bound);
    d.required("ehash", snapshot.ehash);
    d.required("settled", snapshot.settled, "false: the tables changed while they were read");
    d.required("disagreements", snapshot.disagreements, "between the witnesses, in words");
  }
};

template <>
struct Description<TcpInfo> {
  static constexpr const char *definition = "info", *meaning = "TCP_INFO";
  static void members(auto& d, auto& info) {
    d.required("state", info.state);
    d.required("retransmissions", info.total_retransmissions, "tcpi_total_retrans");
    d.required("unacknowledged", info.unacknowledged, "tcpi_unacked");
    d.required("options", info.options);
    d.optional("fields", info.fields,
               "the numbers of struct tcp_info and SO_MEMINFO that this kernel has, by name");
  }
};

}  // namespace lab
