// SPDX-License-Identifier: MIT
//
// What executes the guest's instructions: KVM (the processor itself) or TCG
// (QEMU's translator, which always works and is some ten times slower).
//
// Even if /dev/kvm can be opened, a guest may not run on it: nested virtualization may
// lack a feature, or hang in the firmware. So KVM is tried, with a deadline, and the
// result is stored in a file until the kernel or QEMU changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lab::vm {

enum class Accelerator { kvm, tcg };

std::string_view to_string(Accelerator accelerator);  // "kvm", "tcg"

// What a finding depends on. A finding made under other circumstances is ignored.
struct Circumstances {
  std::string kernel;  // uname -r of the host
  std::string qemu;    // path, size and time: cheaper than asking its version
  bool operator==(const Circumstances&) const = default;
};
Circumstances circumstances(const std::string& qemu_path);

// Why /dev/kvm cannot be opened for reading and writing. Empty: it can.
std::string why_no_kvm(const std::string& device = "/dev/kvm");

// The file with the finding: ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/accelerator.json.
// Empty when neither XDG_CACHE_HOME nor HOME is set; then nothing is remembered.
std::string memory_path();

class AcceleratorMemory {
 public:
  explicit AcceleratorMemory(std::string path) : path_(std::move(path)) {}

  // Nothing when there is no finding, it was made under other circumstances, or the file
  // is damaged: then KVM is tried again.
  std::optional<Accelerator> recall(const Circumstances& now) const;
  // Atomic. A file that cannot be written is not an error: the next run tries KVM again.
  void remember(const Circumstances& now, Accelerator works, std::string_view why) const;
  void forget() const;

 private:
  std::string path_;
};

// The user's choice, from LAB_ACCEL: nothing when it is unset or "auto". Throws
// UsageError when it is not "auto", "kvm" or "tcg".
std::optional<Accelerator> accelerator_from_environment();

}  // namespace lab::vm
