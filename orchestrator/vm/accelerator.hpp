// SPDX-License-Identifier: MIT
//
// What executes the guest's instructions: KVM (the processor itself) or TCG
// (QEMU's translator, which always works and is some ten times slower).
//
// That /dev/kvm can be opened does not mean that a guest runs on it: nested
// virtualization may lack a feature, or spin in the firmware for ever. So KVM
// is tried, with a deadline, and what came out is remembered in a file until
// something changes on which it depends.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lab::vm {

enum class Accelerator { kvm, tcg };

std::string_view to_string(Accelerator accelerator);  // "kvm", "tcg"

// What a finding depends on. One that was made under other circumstances says nothing.
struct Circumstances {
  std::string kernel;  // uname -r of the host
  std::string qemu;    // which file, how large, of when: costs less than asking its version
  bool operator==(const Circumstances&) const = default;
};
Circumstances circumstances(const std::string& qemu_path);

// Can /dev/kvm be opened for reading and writing? Empty: yes. Else why not.
std::string why_no_kvm(const std::string& device = "/dev/kvm");

// The file with the finding: ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/accelerator.json.
// Empty when neither XDG_CACHE_HOME nor HOME is set; then nothing is remembered.
std::string memory_path();

class AcceleratorMemory {
 public:
  explicit AcceleratorMemory(std::string path) : path_(std::move(path)) {}

  // Nothing when there is no finding, it was made under other circumstances,
  // or the file cannot be understood: the worst that follows is another trial.
  std::optional<Accelerator> recall(const Circumstances& now) const;
  // Atomic; a file that cannot be written is no error, the next run tries again.
  void remember(const Circumstances& now, Accelerator works, std::string_view why) const;
  void forget() const;

 private:
  std::string path_;
};

// The user's word, from LAB_ACCEL: nothing when it is unset or "auto". Throws
// UsageError when it is neither of "auto", "kvm" and "tcg".
std::optional<Accelerator> accelerator_from_environment();

}  // namespace lab::vm
