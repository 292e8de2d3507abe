// SPDX-License-Identifier: MIT
//
// The result of a run, as plain values: everything that was done and seen, in order,
// and the verdicts. Checks and reports are made from it alone.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "record/address.hpp"
#include "record/lookup.hpp"
#include "record/packet.hpp"
#include "record/row.hpp"
#include "record/tcp_info.hpp"
#include "record/trace.hpp"
#include "record/witness.hpp"
#include "util/clock.hpp"

namespace lab {

// A table as one witness showed it, or why it could not.
struct Witnessed {
  Witness witness;
  std::optional<std::vector<Row>> rows;
  std::string why_not;  // set when rows is not
};

// The tables of one host at one moment. Both witnesses were read between two equal
// readings of the module, or `settled` is false.
struct Snapshot {
  std::string host;
  std::vector<Witnessed> listeners, bound, ehash;
  bool settled = true;                     // false: the tables changed while they were read
  std::vector<std::string> disagreements;  // between the witnesses, in words; empty: none
};

// The module's answer to a Lookup step, or why there is none.
struct Lookup {
  std::string host;
  std::optional<LookupAnswer> answer;
  std::string why_not;

  bool operator==(const Lookup&) const = default;
};

// The result of playing a step: `error` is its errno (0: success), `observed` the rest in words.
struct Played {
  int error = 0;
  std::string observed;
  bool timed_out = false;
  // What recv() returned, unless its bytes are only counted, or a program wrote; no other step
  // sets it.
  std::optional<std::string> data = std::nullopt;
  bool ended = false;  // recv() reached the end of the stream after `data`
  // The value of getsockopt(); for a transfer, the bytes that arrived unchanged; how many bytes
  // send(2) or recv(2) took.
  std::optional<std::int64_t> value = std::nullopt;
  // How the program ended: its exit status, or 128 + the signal.
  std::optional<int> exit = std::nullopt;
};

enum class Outcome { pass, fail, not_observed };
std::string_view to_string(Outcome outcome);  // "pass", "fail", "not_observed"
std::optional<Outcome> outcome_from(std::string_view word);

// One judgement. `expected` and `seen` are whole sentences.
struct Check {
  Outcome outcome = Outcome::pass;
  std::string title;    // "bound on server shows srv, CLOSED, nothing"
  Witnesses witnesses;  // empty: none
  std::string expected;
  std::string seen;  // for not_observed: why
  // For a connect that was refused or not answered: why, from the receiving host's tables
  // at that moment. Empty: another check, or unknown.
  std::string cause = {};
};

// What kind of thing a step does, as far as a report cares.
enum class StepClass {
  prepares,  // sets a socket or a host up; nothing is sent because of it
  acts,      // causes what follows in the ladder
  observes,  // states what must be seen, and changes nothing
};
std::string_view to_string(StepClass step_class);
std::optional<StepClass> step_class_from(std::string_view word);

// One step of the scenario with its result and checks.
struct StepRecord {
  std::size_t index = 0;  // in the scenario, from 0
  std::string verb;       // "connect": what it is called in the file; empty: not known
  std::optional<StepClass> step_class;  // nothing: stored before there were classes
  std::vector<std::string> hosts;       // where it happened; empty: nowhere in particular
  std::string text;                     // describe(action): "packets at a are: a > b S"
  std::string subject;                  // its first words, without what is compared: "packets at a"
  std::string note;
  int line = 0;  // in the scenario's file
  Timestamp begin = 0, end = 0;
  Played played;
  std::vector<Snapshot> snapshots;
  std::vector<Lookup> lookups;
  std::optional<TcpInfo> info;
  std::vector<Check> checks;
  std::string skipped;  // why it was not played here; empty: it was
  std::optional<Due> due = std::nullopt;  // not stored
};

// A socket that the scenario opened, to name it where its cookie is in a table.
struct SocketRecord {
  std::string name;
  std::string host;
  std::uint64_t cookie = 0;
  std::uint64_t inode = 0;
};

// A program that the scenario ran.
struct ProgramRecord {
  std::string name;
  std::string host;
  std::string command;      // its words, with addresses and values in them
  std::string output;       // what it wrote
  bool output_cut = false;  // it wrote more than is kept
  std::optional<int> exit;  // as in Played; nothing: it ran to the scenario's end
};

// An address that a scenario gave a name of its own: "second" on "eth0", or on "lo".
struct NamedAddress {
  std::string name;
  std::string device;
  Address address;
};

struct HostRecord {
  std::string name;
  // Interface → address, in the order of the links; "lo" is left out.
  std::vector<std::pair<std::string, Address>> addresses;
  std::uint64_t netns_inode = 0;
  std::vector<NamedAddress> extra_addresses = {};
};

// All addresses of a host, those of its links first.
std::vector<Address> addresses_of(const HostRecord& host);

struct Timeline {
  std::string scenario;  // its name
  std::string title;
  std::string rule;
  std::string file;
  std::string variant;  // empty: the scenario has none
  Family family = Family::inet;
  std::string kernel;          // uname -r
  std::string module;          // "schema 1", or why there is none
  std::string hold_mechanism;  // "sch_plug", "neighbour queue"; empty: nothing was held
  std::vector<HostRecord> hosts;
  std::vector<std::pair<std::string, std::string>> links;  // "a:eth0", "b:eth0"
  std::vector<SocketRecord> sockets;
  std::vector<ProgramRecord> programs;         // in the order in which they were started
  std::map<std::string, std::int64_t> values;  // what Let steps took from what they saw
  std::vector<StepRecord> steps;
  std::vector<Packet> packets;     // of every host, by time
  bool packets_lost = false;       // the capture dropped some: absence proves nothing
  std::vector<TraceEvent> trace;   // of every host, by time
  std::uint64_t trace_lost = 0;    // events that the readers were too slow for
  std::uint64_t trace_missed = 0;  // calls that the module's probes were too busy to see
  std::string no_trace;            // why there is no trace; empty: there is one
  // Functions whose calls cannot be seen in this kernel, and "drop_reasons" if it gives
  // none; and why: "no:_inlined".
  std::map<std::string, std::string> trace_blind;
  std::string aborted;  // why the run ended early; empty: it did not
  std::string missed = {};  // why a script's rest was not played: the machine missed its schedule
  // Segments that came behind the last expected ones at a host, in words: "remote has seen a
  // segment behind step 5 that no step expects: local > remote S. seq 0 ack 1 length 0".
  std::vector<std::string> unexpected = {};
  // The buckets of what arrived, where the trace has only hits and misses: each host's module was
  // asked at the end of the run for the 4-tuples that had arrived there, some 64 at most. What they
  // answer of sockets tells nothing about an earlier moment.
  std::vector<Lookup> arrivals = {};
  Timestamp begin = 0, end = 0;
};

struct Tally {
  std::size_t pass = 0, fail = 0, not_observed = 0;  // checks
  std::size_t skipped = 0;                           // steps
};
Tally tally(const Timeline& timeline);

// One run as a whole: fail when a check failed or the run ended early; not_observed when the
// schedule was missed, or there were checks and none could be made; else pass.
Outcome verdict_of(const Timeline& timeline);

// "module: tcp_lookup.ko is not loaded": which witness did not observe, and why.
std::string why_not_observed(const Check& check);

// The record of the step with this index, or null: not of this family or variant, or not reached.
const StepRecord* record_of(const Timeline& timeline, std::size_t index);

// The name of the host that has this address, or the address itself; "server:8888".
std::string name_of(const Timeline& timeline, const Endpoint& endpoint);

}  // namespace lab
