// SPDX-License-Identifier: MIT
//
// The receive path live: what the module's probes see of it in one network namespace
// (the view "trace").
//
// Bound to a namespace as Module is: the file is opened in the one that the
// calling thread is in, and stays there. Events begin when it is opened, and
// wait in a ring in the kernel until they are drained; what the ring cannot
// hold is lost, and counted. The first reader in the whole kernel waits some
// milliseconds until the probes are enabled; later ones do not. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/trace.hpp"
#include "util/fd.hpp"
#include "view/trace_text.hpp"

namespace lab {

struct TraceHere;

class Trace {
 public:
  // In the namespace that the calling thread is in; `host` goes into the
  // events. A missing or unreadable view is not an error: see why_not. Throws
  // SystemError.
  static TraceHere open_here(std::string host);

  // For poll(2): readable when there is an event.
  int fd() const { return file_.get(); }

  // Appends the events since the last call, in the order of their numbers; never waits.
  // Throws SystemError, and EnvironmentError when the text violates the contract.
  void drain(std::vector<TraceEvent>& into);

  // How many events were lost, as far as drain() has read.
  std::uint64_t lost() const { return text_.lost(); }

 private:
  Trace(Fd file, std::string path, std::string host);

  Fd file_;
  std::string path_;
  TraceText text_;
  std::string buffer_;
};

struct TraceHere {
  std::optional<Trace> trace;
  std::string why_not;  // set when trace is not
};

}  // namespace lab
