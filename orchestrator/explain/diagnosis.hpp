// SPDX-License-Identifier: MIT
//
// From facts to an explanation: the steps that the SYN takes, what comes back,
// why, and what to do about it. Pure; docs/explain.md lists the causes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/machine_facts.hpp"

namespace lab::explain {

// What the sender of the SYN gets back.
enum class Answer {
  syn_ack,
  simultaneous_open,  // SYN-ACK, by a socket that was connecting itself
  rst,
  ack,       // an ACK that the sender does not expect
  nothing,   // the SYN is dropped without a word
  icmp,      // an ICMP error: the SYN was sent, and connect() fails by it
  not_sent,  // connect() fails before a SYN is made
  elsewhere  // the SYN leaves this namespace: what it meets is decided there
};
std::string_view to_string(Answer answer);  // "syn-ack"
// The connection comes about, as far as this SYN is concerned.
bool is_success(Answer answer);
// The sender cannot tell them apart.
bool is_same(Answer one, Answer other);

struct Step {
  std::string name;      // "route"; of a lookup as the module names it: "ehash"
  std::string function;  // the kernel's; empty: none
  std::string text;
  std::string witness;  // "module", "sock_diag", "rtnetlink", …; "inferred" from its rows
};

struct Conclusion {
  std::string cause;  // a word for programs: "not-listening"
  Answer answer = Answer::nothing;
  std::string summary;  // a sentence, without its full stop
  std::string remedy;   // what to do; empty: nothing is wrong
  // That do it, each complete: as printed it works in a shell.
  std::vector<std::string> commands = {};
  int error = 0;  // what connect() fails with; 0: it does not, or times out, or it is not known
  bool ends_answer = false;  // what is named ends the answer to the SYN, and not the SYN
};

// Something else that is worth knowing, and why it matters.
struct Finding {
  std::string id;  // "self-connect-risk"
  std::string text;
  std::vector<std::string> commands = {};
};

// Something that was not looked at, or cannot be seen.
struct Unseen {
  std::string id;  // "netfilter"
  std::string text;
  bool decides = false;  // the answer or its cause may be another one because of it
};

struct Diagnosis {
  std::vector<Step> steps;
  Conclusion conclusion;
  std::vector<Finding> findings;
  std::vector<Unseen> not_observed;  // and how to see it
  bool inferred = false;             // the lookup is not the kernel's own word

  // Proven by what was looked at: nothing that was not observed decides.
  bool certain() const;
};

Diagnosis diagnose(const Facts& facts);

}  // namespace lab::explain
