// SPDX-License-Identifier: MIT
//
// What the guest's kernel reports about itself. An oops and a warning also taint the
// kernel (Done::taint); the reports of lockdep, RCU's checks, UBSAN, the reference
// trackers and kmemleak do not. A debug kernel (cmake/debug-kernel.sh) has all of these.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "util/fd.hpp"
#include "vm/guest_job.hpp"

namespace lab::vm {

// Whether a line of the kernel's log begins a report: "BUG: KASAN: …", "WARNING: possible
// circular locking dependency detected", "UBSAN: …", "ref_tracker: …", "INFO: task … blocked".
// Stalls of a processor (RCU's, the watchdog's, workqueue lockups) do not count: a host that is
// busy with other work causes them.
bool begins_report(std::string_view line);

// A record of /dev/kmsg (Documentation/ABI/testing/dev-kmsg) as its text; empty if a program
// has written it, and not the kernel.
std::string_view kernel_text(std::string_view record);

// The kernel's log from now on. Used in the guest, by process 1.
class KernelLog {
 public:
  KernelLog();  // throws SystemError
  // From the first report on, at most `most` lines; empty: there is none. Each record is
  // read once.
  std::vector<std::string> take_reports(std::size_t most);

 private:
  Fd device_;
};

// What kmemleak finds: objects that nothing points to, with the place of their allocation.
// Empty if there are none, or no kmemleak. Takes more than five seconds, because younger
// objects are not reported; the host is told meanwhile that the guest is alive. For process 1
// when the job is over.
std::string find_leaks(GuestChannel& channel);

}  // namespace lab::vm
