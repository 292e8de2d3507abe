// SPDX-License-Identifier: MIT
#include "collect/incident_source.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "capture/capture.hpp"
#include "util/error.hpp"
#include "view/trace.hpp"

namespace lab::collect {
namespace {

class TraceSource : public IncidentSource {
 public:
  TraceSource(const Namespace& space, Trace trace) : trace_(std::move(trace)) {
    try {
      capture_.emplace(space, "");
    } catch (const EnvironmentError& error) {
      why_no_capture_ = error.what();
    }
  }
  int fd() const override { return trace_.fd(); }
  void drain(std::vector<Incident>& into, std::vector<Connecting>& connecting) override {
    packets_.clear();
    if (capture_) capture_->drain(packets_);
    for (const Packet& packet : packets_)
      if (packet.icmp) incidents_.feed(*packet.icmp);
    events_.clear();
    trace_.drain(events_);
    for (const TraceEvent& event : events_) incidents_.feed(event, into, connecting);
  }
  std::uint64_t lost() override { return trace_.lost(); }
  std::string witness() const override { return "module"; }
  std::string limits() const override {
    return why_no_capture_.empty()
               ? ""
               : fmt::format("the errno of ICMP errors is not observed ({})", why_no_capture_);
  }

 private:
  Trace trace_;
  std::optional<Capture> capture_;
  std::string why_no_capture_;
  std::vector<Packet> packets_;
  std::vector<TraceEvent> events_;
  TraceIncidents incidents_;
};

class CaptureSource : public IncidentSource {
 public:
  CaptureSource(const Namespace& space, std::string why_no_trace)
      : capture_(space, ""), why_no_trace_(std::move(why_no_trace)) {}
  int fd() const override { return capture_.fd(); }
  void drain(std::vector<Incident>& into, std::vector<Connecting>& connecting) override {
    packets_.clear();
    capture_.drain(packets_);
    for (const Packet& packet : packets_) incidents_.feed(packet, into, connecting);
  }
  std::uint64_t lost() override { return capture_.dropped(); }
  std::string witness() const override { return "capture"; }
  std::string limits() const override {
    return fmt::format(
        "without the module's trace ({}), RSTs and ICMP errors are captured on the interfaces. Not "
        "observed: why the kernel sent a RST (what the tables show then is reported), and a "
        "connect() that fails for another reason",
        why_no_trace_);
  }

 private:
  Capture capture_;
  std::string why_no_trace_;
  std::vector<Packet> packets_;
  CaptureIncidents incidents_;
};

}  // namespace

std::unique_ptr<IncidentSource> open_source(const Namespace& space) {
  TraceHere here = in(space, [] { return Trace::open_here(""); });
  if (here.trace) return std::make_unique<TraceSource>(space, std::move(*here.trace));
  try {
    return std::make_unique<CaptureSource>(space, here.why_not);
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(fmt::format(
        "--live needs the module's trace ({}), or the right to capture packets ({}): run it as "
        "root; docs/proc.md says how to load the module by hand",
        here.why_not, error.what()));
  }
}

}  // namespace lab::collect
