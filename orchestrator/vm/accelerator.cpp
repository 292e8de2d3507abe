// SPDX-License-Identifier: MIT
#include "vm/accelerator.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/installation.hpp"
#include "util/output_file.hpp"

namespace lab::vm {

std::string_view to_string(Accelerator accelerator) {
  return accelerator == Accelerator::kvm ? "kvm" : "tcg";
}

Circumstances circumstances(const std::string& qemu_path) {
  utsname names{};
  checked(::uname(&names), "uname", "the host");
  struct stat facts {};
  checked(::stat(qemu_path.c_str(), &facts), "stat", qemu_path);
  return {names.release,
          fmt::format("{} {} {}", qemu_path, facts.st_size, facts.st_mtim.tv_sec)};
}

std::string why_no_kvm(const std::string& device) {
  Fd kvm(::open(device.c_str(), O_RDWR | O_CLOEXEC));
  return kvm ? "" : fmt::format("{}: {}", device, std::strerror(errno));
}

std::string memory_path() {
  const std::string cache = cache_folder();
  return cache.empty() ? "" : cache + "/accelerator.json";
}

std::optional<Accelerator> AcceleratorMemory::recall(const Circumstances& now) const {
  std::ifstream file(path_);
  const auto found = nlohmann::json::parse(file, nullptr, false);
  if (!found.is_object()) return std::nullopt;  // missing or incomplete
  const auto text = [&](const char* key) {
    const auto value = found.find(key);
    return value != found.end() && value->is_string() ? value->get<std::string>() : std::string();
  };
  if (Circumstances{text("kernel"), text("qemu")} != now) return std::nullopt;
  if (text("works") == "kvm") return Accelerator::kvm;
  if (text("works") == "tcg") return Accelerator::tcg;
  return std::nullopt;
}

void AcceleratorMemory::remember(const Circumstances& now, Accelerator works,
                                 std::string_view why) const {
  if (path_.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), error);
  const nlohmann::json found{
      {"kernel", now.kernel}, {"qemu", now.qemu}, {"works", to_string(works)}, {"why", why}};
  try {
    OutputFile file(path_);
    // `why` may hold words of QEMU, in any encoding.
    file << found.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    (void)file.finish();
  } catch (const std::runtime_error&) {
    // It is found out again.
  }
}

void AcceleratorMemory::forget() const {
  std::error_code error;
  std::filesystem::remove(path_, error);
}

std::optional<Accelerator> accelerator_from_environment() {
  const char* value = std::getenv("LAB_ACCEL");
  const std::string_view word = value ? value : "";
  if (word.empty() || word == "auto") return std::nullopt;
  if (word == "kvm") return Accelerator::kvm;
  if (word == "tcg") return Accelerator::tcg;
  throw UsageError(fmt::format("LAB_ACCEL={}: it must be auto, kvm or tcg", word));
}

}  // namespace lab::vm
