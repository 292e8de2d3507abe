// SPDX-License-Identifier: MIT
#include "net/nftables.hpp"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <nlohmann/json.hpp>
#include <regex>

#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/write_all.hpp"

namespace lab {
namespace {

// libnftables ends the program where the kernel has no nfnetlink
// (netlink_init_error), so check that first.
void require_nfnetlink(const Namespace& space) {
  const Fd socket(
      in(space, [] { return ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER); }));
  if (socket) return;
  if (errno == EPROTONOSUPPORT || errno == ESOCKTNOSUPPORT)
    throw EnvironmentError("this kernel has no nftables (no NETLINK_NETFILTER)");
  throw_errno("socket", "NETLINK_NETFILTER");
}

// nft reports the line and column of a mistake for a file, but not for a string. So
// put the commands into a file.
Fd file_of(const std::string& commands) {
  Fd file(checked(::memfd_create("nftables", MFD_CLOEXEC), "memfd_create", "nftables"));
  write_all(file, commands, "nftables");
  return file;
}

// Always one line. (nft_ctx_add_var() works only once per program:
// nft_ctx_clear_vars() leaves a dangling pointer, libnftables 1.0.6.)
std::string definitions(const Nftables::Variables& variables) {
  std::string line;
  for (const auto& [name, value] : variables) line += fmt::format("define {} = {}; ", name, value);
  return line + "\n";
}

// "/proc/self/fd/5:3:3-5: Error: …" → "line 2:3-5: Error: …", as the definitions
// are the first line.
std::string with_line_numbers(const std::string& message, const std::string& path) {
  const std::regex position(path + R"(:(\d+))");
  std::string result;
  auto rest = message.begin();
  for (std::sregex_iterator it(message.begin(), message.end(), position), end; it != end; ++it) {
    result.append(rest, message.begin() + it->position());
    result += fmt::format("line {}", std::stoi((*it)[1]) - 1);
    rest = message.begin() + it->position() + it->length();
  }
  result.append(rest, message.end());
  while (!result.empty() && result.back() == '\n') result.pop_back();
  return result;
}

}  // namespace

void NftDeleter::operator()(nft_ctx* context) const { nft_ctx_free(context); }

Nftables::Nftables(const Namespace& space) : space_(&space) {
  require_nfnetlink(space);
  context_.reset(in(space, [] { return nft_ctx_new(NFT_CTX_DEFAULT); }));
  if (!context_) throw std::bad_alloc();
  nft_ctx_buffer_output(context_.get());
  nft_ctx_buffer_error(context_.get());
}

std::string Nftables::run(const std::string& commands, const Variables& variables) {
  nft_ctx_output_set_flags(context_.get(), 0);
  const Fd file = file_of(definitions(variables) + commands);
  const std::string path = fmt::format("/proc/self/fd/{}", file.get());
  const int result =
      in(*space_, [&] { return nft_run_cmd_from_filename(context_.get(), path.c_str()); });
  nft_ctx_get_output_buffer(context_.get());  // empties it
  const std::string message = with_line_numbers(nft_ctx_get_error_buffer(context_.get()), path);
  if (result == 0) return "";
  return message.empty() ? "nft refused it without giving a reason" : message;
}

void Nftables::flush() {
  if (const std::string error = run("flush ruleset\n"); !error.empty())
    throw EnvironmentError(fmt::format("nft flush ruleset in {}: {}", space_->name(), error));
}

std::string Nftables::list(const std::string& what, unsigned flags) {
  nft_ctx_output_set_flags(context_.get(), flags);
  const std::string command = "list " + what;
  const int result =
      in(*space_, [&] { return nft_run_cmd_from_buffer(context_.get(), command.c_str()); });
  const std::string output = nft_ctx_get_output_buffer(context_.get());
  const std::string error = nft_ctx_get_error_buffer(context_.get());
  if (result != 0)
    throw EnvironmentError(fmt::format("nft {} in {}: {}", command, space_->name(), error));
  return output;
}

std::string Nftables::ruleset() { return list("ruleset", 0); }

std::string Nftables::ruleset_with_handles() {
  return list("ruleset", NFT_CTX_OUTPUT_HANDLE | NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_TERSE);
}

std::string Nftables::ruleset_as_json() { return list("ruleset", NFT_CTX_OUTPUT_JSON); }

std::string Nftables::table_as_json(const std::string& table) {
  return list("table " + table, NFT_CTX_OUTPUT_JSON);
}

std::string Nftables::chain_as_json(const std::string& chain) {
  return list("chain " + chain, NFT_CTX_OUTPUT_JSON);
}

// libnftables-json(5)
std::map<std::string, std::uint64_t> Nftables::packets_counted(const std::string& chain) {
  std::map<std::string, std::uint64_t> counted;
  const auto answer = nlohmann::json::parse(chain_as_json(chain));
  for (const auto& object : answer.at("nftables")) {
    if (!object.contains("rule") || !object["rule"].contains("comment")) continue;
    const auto& rule = object["rule"];
    for (const auto& expression : rule.at("expr"))
      if (expression.contains("counter"))
        counted[rule["comment"]] = expression["counter"].at("packets");
  }
  return counted;
}

}  // namespace lab
