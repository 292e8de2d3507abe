// SPDX-License-Identifier: MIT
#include "view/module.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"
#include "view/answers.hpp"
#include "view/rows.hpp"

namespace lab {
namespace {

// Not /proc/net: that is the main thread's namespace, as of the last lookup
// (proc_tgid_net_lookup()).
constexpr std::string_view directory = "/proc/thread-self/net/" TCP_LOOKUP_DIR "/";

// Some two million rows. More than that is an error.
constexpr std::size_t most_text = 256 * 1024 * 1024;
constexpr std::size_t chunk_size = 65536;

}  // namespace

ModuleHere Module::open_here() {
  Module module;
  module.facts_ = open(TCP_LOOKUP_VIEW_INFO, O_RDONLY);
  if (module.facts_.error == ENOENT)
    return {std::nullopt, "tcp_lookup.ko is not loaded in this kernel"};
  module.info_ = module.read_info();
  const std::string schema = module.info_["schema"];
  if (schema != std::to_string(TCP_LOOKUP_SCHEMA))
    return {std::nullopt,
            fmt::format("the loaded tcp_lookup.ko has schema {}, this program reads schema {}: "
                        "build both from one tree, then unload the module and load the new one",
                        schema.empty() ? "-" : schema, TCP_LOOKUP_SCHEMA)};
  module.listeners_ = open(TCP_LOOKUP_VIEW_LISTENERS, O_RDONLY);
  module.bound_ = open(TCP_LOOKUP_VIEW_BOUND, O_RDONLY);
  module.ehash_ = open(TCP_LOOKUP_VIEW_EHASH, O_RDONLY);
  module.lookup_ = open(TCP_LOOKUP_VIEW_LOOKUP, O_RDWR);
  return {std::move(module), ""};
}

std::map<std::string, std::string> Module::read_info() {
  return info_from(facts_.path, read(facts_));
}

std::vector<Row> Module::listeners() { return listeners_from(listeners_.path, read(listeners_)); }

std::vector<Row> Module::bound() { return bound_from(bound_.path, read(bound_)); }

std::vector<Row> Module::ehash() { return ehash_from(ehash_.path, read(ehash_)); }

std::vector<LookupAnswer> Module::lookup(const std::vector<Tuple>& tuples) {
  if (lookup_.error == EPERM || lookup_.error == EACCES)
    throw EnvironmentError(
        fmt::format("{} needs CAP_NET_ADMIN in the namespace: run as root", lookup_.path));
  std::vector<LookupAnswer> answers;
  std::vector<Tuple> batch;
  std::string questions;
  for (const Tuple& tuple : tuples) {
    const std::string line = question(tuple);
    if (batch.size() == TCP_LOOKUP_QUERIES_MAX ||
        questions.size() + line.size() > TCP_LOOKUP_WRITE_MAX) {
      std::ranges::move(ask(batch, questions), std::back_inserter(answers));
      batch.clear();
      questions.clear();
    }
    batch.push_back(tuple);
    questions += line;
  }
  if (!batch.empty()) std::ranges::move(ask(batch, questions), std::back_inserter(answers));
  return answers;
}

std::vector<LookupAnswer> Module::ask(const std::vector<Tuple>& tuples,
                                      const std::string& questions) {
  if (!lookup_.file) throw SystemError("open", lookup_.path, lookup_.error);
  ssize_t wrote = 0;
  do {
    // A signal interrupts the write, and the module keeps nothing of it.
    wrote = ::write(lookup_.file.get(), questions.data(), questions.size());
  } while (wrote < 0 && errno == EINTR);
  if (wrote < 0 && errno == EINVAL)
    throw UsageError(refusal_from(lookup_.path, read(lookup_), tuples));
  checked(wrote, "write", lookup_.path);
  return answers_from(lookup_.path, read(lookup_), tuples);
}

Module::View Module::open(std::string_view view, int flags) {
  View opened{std::string(directory) + std::string(view), Fd(), 0};
  opened.file = Fd(::open(opened.path.c_str(), flags | O_CLOEXEC));
  if (!opened.file) opened.error = errno;
  return opened;
}

// From offset 0 each time: then a seq_file walks its table again, so one open file
// serves every snapshot of a run.
std::string_view Module::read(const View& view) {
  if (!view.file) throw SystemError("open", view.path, view.error);
  std::size_t filled = 0;
  for (;;) {
    if (text_.size() - filled < chunk_size) text_.resize(filled + chunk_size);
    const ssize_t got = ::pread(view.file.get(), text_.data() + filled, text_.size() - filled,
                                static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (checked(got, "read", view.path) == 0) return std::string_view(text_).substr(0, filled);
    filled += static_cast<std::size_t>(got);
    if (filled > most_text)
      throw EnvironmentError(fmt::format("{} is longer than {} MiB, the most that the lab reads",
                                         view.path, most_text / (1024 * 1024)));
  }
}

}  // namespace lab
