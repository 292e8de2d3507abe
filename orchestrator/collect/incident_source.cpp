// SPDX-License-Identifier: MIT
#include "collect/incident_source.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "capture/capture.hpp"
#include "util/error.hpp"
#include "view/trace.hpp"

namespace lab::collect {
namespace {

class TraceSource : public IncidentSource {
 public:
  explicit TraceSource(Trace trace) : trace_(std::move(trace)) {}
  int fd() const override { return trace_.fd(); }
  void drain(std::vector<Incident>& into, std::vector<Connecting>& connecting) override {
    events_.clear();
    trace_.drain(events_);
    for (const TraceEvent& event : events_) incidents_.feed(event, into, connecting);
  }
  std::uint64_t lost() override { return trace_.lost(); }
  std::string witness() const override { return "module"; }
  std::string limits() const override { return ""; }

 private:
  Trace trace_;
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
        "{}: RSTs are captured on the interfaces. Not observed: why the kernel sent one (what is "
        "what is reported is what the tables show then), and a connect() that fails without a RST",
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
  if (here.trace) return std::make_unique<TraceSource>(std::move(*here.trace));
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
