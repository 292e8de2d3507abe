// SPDX-License-Identifier: MIT
//
// A listener was found: has it room for one more (tcp_conn_request())?
#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/infer.hpp"
#include "record/owner_names.hpp"
#include "tcp_lookup/contract.h"

namespace lab::explain {
namespace {

bool same_place(const Row& one, const Row& other) {
  return one.local == other.local && one.device == other.device;
}

// Several listeners at one place are a SO_REUSEPORT group: the segment's hash chooses.
std::vector<const Row*> group_of(const Facts& facts, const Row& listener) {
  std::vector<const Row*> group;
  for (const Row& row : facts.tables.listeners)
    if (same_place(row, listener)) group.push_back(&row);
  return group;
}

// sk_acceptq_is_full()
bool accept_queue_is_full(const Row& listener) {
  return listener.accept_queue && listener.accept_queue_max &&
         *listener.accept_queue > *listener.accept_queue_max;
}

// inet_csk_reqsk_queue_len(): requests that wait for their ACK.
std::uint32_t requests_of(const Facts& facts, const Row& listener) {
  const Family family = facts.question.destination.address.family();
  const auto own = address_for(listener, family);
  return static_cast<std::uint32_t>(std::ranges::count_if(facts.tables.ehash, [&](const Row& row) {
    return row.kind == Kind::request && row.local.port == listener.local.port && own &&
           (own->is_any() || address_for(row, family) == own);
  }));
}

struct Room {
  bool accept_queue_full = false;
  bool request_queue_full = false;
  bool close_to_max_syn_backlog = false;
};

Room room_of(const Facts& facts, const Row& listener, std::size_t group) {
  Room room;
  room.accept_queue_full = accept_queue_is_full(listener);
  // Whose requests they are is not to be seen.
  if (group > 1) return room;
  const std::uint32_t requests = requests_of(facts, listener);
  // inet_csk_reqsk_queue_is_full()
  const std::uint32_t room_for = listener.accept_queue_max.value_or(requests) +
                                 (facts.kernel.takes_one_more_request.value_or(true) ? 1 : 0);
  room.request_queue_full = requests >= room_for;
  if (facts.sysctls.tcp_max_syn_backlog) {
    const int most = *facts.sysctls.tcp_max_syn_backlog;
    room.close_to_max_syn_backlog = most - static_cast<int>(requests) < (most >> 2);
  }
  return room;
}

std::string who_listens(const Facts& facts, const Row& listener) {
  return fmt::format("{} listens on {}", holder_of(listener, facts.processes), place_of(listener));
}

std::string accepted_by(const Facts& facts, const Row& listener) {
  const std::size_t members = group_of(facts, listener).size();
  if (members > 1 && !facts.answer)
    return fmt::format("the SYN would be accepted by one of {} sockets that listen on {}", members,
                       place_of(listener));
  return fmt::format("the SYN would be accepted by {}, which listens on {}",
                     holder_of(listener, facts.processes), place_of(listener));
}

void add_answer(Diagnosis& diagnosis, const std::string& text) {
  diagnosis.steps.push_back({"answer", "tcp_conn_request", text, "inferred"});
}

Conclusion accept_queue_full(const Facts& facts, const Row& listener, Diagnosis& diagnosis) {
  const std::uint32_t waiting = *listener.accept_queue, most = *listener.accept_queue_max;
  add_answer(diagnosis, "nothing: the accept queue is full");
  return {
      "accept-queue-full", Answer::nothing,
      fmt::format("{}, but its accept queue is full: {} connection{} for accept(), and SYNs "
                  "are dropped when more than {} do; the client tries again until it times out, "
                  "or gets in once accept() is called",
                  who_listens(facts, listener), waiting, waiting == 1 ? " waits" : "s wait", most),
      fmt::format("see why {} does not call accept(): is it stopped, or busy? A longer queue: "
                  "a greater backlog in listen(), and net.core.somaxconn no less than it",
                  holder_of(listener, facts.processes))};
}

Conclusion request_queue_full(const Facts& facts, const Row& listener, Diagnosis& diagnosis) {
  const std::uint32_t requests = requests_of(facts, listener);
  add_answer(diagnosis, fmt::format("nothing: {} requests wait for their ACK, and SYN cookies "
                                    "are off (net.ipv4.tcp_syncookies = 0)",
                                    requests));
  // reqsk_timer_handler()
  diagnosis.not_observed.push_back(
      {"request-queue",
       "whether a SYN that is sent again is taken: a request leaves the queue with its last ACK, "
       "or with its last SYN-ACK (net.ipv4.tcp_synack_retries), which may be while connect() waits",
       true});
  return {"request-queue-full",
          Answer::nothing,
          fmt::format("{}, but its request queue is full ({} handshakes wait for their last ACK) "
                      "and SYN cookies are off: the SYN is dropped",
                      who_listens(facts, listener), requests),
          "switch SYN cookies on, or give listen() a greater backlog and raise "
          "net.ipv4.tcp_max_syn_backlog; and see who sends SYNs and never an ACK",
          {sysctl_command("net/ipv4/tcp_syncookies", "1")}};
}

Conclusion cookies(const Facts& facts, const Row& listener, bool always, Diagnosis& diagnosis) {
  add_answer(diagnosis, "SYN-ACK with a SYN cookie: the kernel keeps nothing until the ACK comes");
  const std::string why =
      always ? std::string("net.ipv4.tcp_syncookies = 2: always")
      : listener.accept_queue_max == 0U
          ? std::string("its backlog is 0, so the request queue counts as full from the start")
          : fmt::format("its request queue is full: {} handshakes wait for their last ACK",
                        requests_of(facts, listener));
  return {"syn-cookies", Answer::syn_ack,
          fmt::format("{}, with a SYN cookie ({})", accepted_by(facts, listener), why),
          always ? ""
                 : "a greater backlog in listen(), if that many clients are meant to come at once; "
                   "else see who sends SYNs and never an ACK"};
}

Conclusion accepted(const Facts& facts, const Row& listener, Diagnosis& diagnosis) {
  add_answer(diagnosis, "SYN-ACK, and a request that waits for the ACK");
  return {"listening", Answer::syn_ack, accepted_by(facts, listener), ""};
}

void tell_of_group(const std::vector<const Row*>& group, const Facts& facts, Diagnosis& diagnosis) {
  if (group.size() < 2) return;
  std::string text = fmt::format(
      "{} sockets share this port (SO_REUSEPORT); a hash of the 4-tuple "
      "or a BPF program chooses:",
      group.size());
  for (const Row* row : group)
    text += fmt::format(" {}{}{}", holder_of(*row, facts.processes),
                        accept_queue_is_full(*row) ? ", whose accept queue is full" : "",
                        row == group.back() ? "" : ";");
  diagnosis.findings.push_back({"reuseport-group", text});
  // The module asks the kernel, whose choice may depend on the segment's own bytes. For another
  // source port it is another one.
  if (facts.answer && !facts.question.port_is_assumed &&
      facts.answer->caveat.find(TCP_LOOKUP_CAVEAT_REUSEPORT) == std::string::npos)
    return;
  const auto full =
      std::ranges::count_if(group, [](const Row* row) { return accept_queue_is_full(*row); });
  const bool all_alike = full == 0 || full == static_cast<std::ptrdiff_t>(group.size());
  diagnosis.not_observed.push_back(
      {"reuseport-choice",
       fmt::format("which of the {} sockets gets this SYN{}", group.size(),
                   all_alike ? ""
                             : fmt::format("; the accept queue of {} of them is full, and a SYN "
                                           "that goes there is dropped",
                                           full)),
       !all_alike});
}

// Without the module's word, a group is taken for full when all its members are.
const Row& member_to_judge(const std::vector<const Row*>& group, const Row& found, bool certain) {
  if (certain || group.size() < 2) return found;
  const auto has_room =
      std::ranges::find_if(group, [](const Row* row) { return !accept_queue_is_full(*row); });
  return has_room == group.end() ? found : **has_room;
}

// inet_csk_route_req() looks for the way of the answer on the interface that the listener is bound
// to, which has none while it is down; what a namespace sends to itself comes in all the same.
std::optional<Conclusion> device_is_down(const Facts& facts, const Row& listener) {
  const Interface* device = find_interface(facts.interfaces, listener.device);
  if (!facts.arrival.local_sender || !device || device->up) return std::nullopt;
  return Conclusion{"interface-down",
                    Answer::nothing,
                    fmt::format("{}, and {} is down: the answer has no route there, and the SYN is "
                                "dropped",
                                who_listens(facts, listener), device->name),
                    "set the interface up",
                    {fmt::format("ip link set {} up", device->name)}};
}

// Exactly as many requests as the backlog, and nobody knows how this kernel counts.
void tell_of_doubt(const Facts& facts, const Row& listener, Diagnosis& diagnosis) {
  if (facts.kernel.takes_one_more_request || !listener.accept_queue_max) return;
  if (requests_of(facts, listener) != *listener.accept_queue_max) return;
  diagnosis.not_observed.push_back(
      {"request-queue",
       "whether this kernel takes a request queue that holds as many as the backlog for full: "
       "root can try it",
       true});
}

}  // namespace

Conclusion at_listener(const Facts& facts, const Row& found, Diagnosis& diagnosis,
                       bool after_time_wait) {
  const auto group = group_of(facts, found);
  const Row& listener = member_to_judge(group, found, facts.answer.has_value());
  const Room room = room_of(facts, listener, group.size());
  const int syncookies = facts.sysctls.tcp_syncookies.value_or(1);
  tell_of_group(group, facts, diagnosis);
  tell_of_doubt(facts, listener, diagnosis);
  if (auto conclusion = device_is_down(facts, listener)) return *conclusion;
  // tcp_v4_rcv() looks at the segment before tcp_conn_request() looks at the queues.
  if (auto conclusion = listener_refuses(facts, listener, diagnosis)) return *conclusion;
  if (syncookies == 0 && room.request_queue_full && !after_time_wait)
    return request_queue_full(facts, listener, diagnosis);
  if (room.accept_queue_full) return accept_queue_full(facts, listener, diagnosis);
  // It has a sequence number for the answer (tcp_tw_isn), and tcp_conn_request() then neither
  // sends a cookie nor looks at the request queue.
  if (after_time_wait) return accepted(facts, listener, diagnosis);
  if (syncookies == 0 && room.close_to_max_syn_backlog && !room.request_queue_full)
    diagnosis.not_observed.push_back(
        {"proven-peer",
         "whether this sender has connected before (tcp_peer_is_proven()): the last quarter of "
         "net.ipv4.tcp_max_syn_backlog is for those, and others are dropped",
         true});
  if (syncookies == 0 && (room.request_queue_full || room.close_to_max_syn_backlog))
    return request_queue_full(facts, listener, diagnosis);
  if (syncookies == 2 || room.request_queue_full)
    return cookies(facts, listener, syncookies == 2, diagnosis);
  return accepted(facts, listener, diagnosis);
}

}  // namespace lab::explain
