// SPDX-License-Identifier: MIT
#include "vm/message.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "vm/frame.hpp"

namespace lab::vm {
namespace {

using nlohmann::json;

// Output and files are bytes of any kind; a CBOR text string must be UTF-8.
json bytes_value(const std::string& bytes) {
  return json::binary(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
}

std::string bytes_from(const json& value) {
  const auto& bytes = value.get_binary();
  return std::string(bytes.begin(), bytes.end());
}

// nlohmann's get() would cut a number that is too large for T, and take true for 1.
template <typename T>
T number_from(const json& value, T least = std::numeric_limits<T>::min(),
              T most = std::numeric_limits<T>::max()) {
  const bool fits = value.is_number_unsigned()
                        ? std::cmp_less_equal(value.get<std::uint64_t>(), most) &&
                              std::cmp_greater_equal(value.get<std::uint64_t>(), least)
                        : value.is_number_integer() &&
                              std::cmp_less_equal(value.get<std::int64_t>(), most) &&
                              std::cmp_greater_equal(value.get<std::int64_t>(), least);
  if (!fits)
    throw FrameError(fmt::format("'{}' instead of a number from {} to {}",
                                 value.dump(-1, ' ', true, json::error_handler_t::replace), least,
                                 most));
  return value.get<T>();
}

json encode(const Hello& hello) {
  json modules = json::array();
  for (const auto& module : hello.modules) modules.push_back({module.name, module.error});
  return {{"is", "hello"},
          {"version", hello.version},
          {"release", hello.release},
          {"modules", std::move(modules)},
          {"log", bytes_value(hello.kernel_log)}};
}

json encode(const FileChunk& chunk) {
  return {{"is", "file"},
          {"path", chunk.path},
          {"bytes", bytes_value(chunk.bytes)},
          {"mode", chunk.mode},
          {"first", chunk.first}};
}

json size_value(const WindowSize& size) { return json::array({size.rows, size.columns}); }

WindowSize size_from(const json& value) {
  return {number_from<std::uint16_t>(value.at(0)), number_from<std::uint16_t>(value.at(1))};
}

json encode(const Job& job) {
  return {{"is", "job"},
          {"argv", job.argv},
          {"env", job.env},
          {"collect", job.collect},
          {"deadline", job.deadline.count()},
          {"terminal", job.terminal ? size_value(*job.terminal) : json()},
          {"seed", bytes_value(job.seed)},
          {"time", job.time}};
}

json encode(const Stop&) { return {{"is", "stop"}}; }

json encode(const Input& input) { return {{"is", "input"}, {"bytes", bytes_value(input.bytes)}}; }

json encode(const Resize& resize) { return {{"is", "resize"}, {"size", size_value(resize.size)}}; }

json encode(const Output& output) {
  return {{"is", "output"},
          {"stream", static_cast<int>(output.stream)},
          {"bytes", bytes_value(output.bytes)}};
}

json encode(const Done& done) {
  return {{"is", "done"},
          {"status", done.status},
          {"signal", done.signal},
          {"timed_out", done.timed_out},
          {"error", done.error},
          {"taint", done.taint},
          {"log", bytes_value(done.kernel_log)},
          {"reports", bytes_value(done.reports)}};
}

Hello hello_from(const json& value) {
  Hello hello{
      number_from<int>(value.at("version")), value.at("release"), {}, bytes_from(value.at("log"))};
  for (const auto& module : value.at("modules")) {
    hello.modules.push_back({module.at(0), module.at(1)});
  }
  return hello;
}

Output output_from(const json& value) {
  return {static_cast<Stream>(number_from(value.at("stream"), 1, 2)),
          bytes_from(value.at("bytes"))};
}

Done done_from(const json& value) {
  constexpr int last_signal = 64;
  Done done{number_from(value.at("status"), 0, 255),
            number_from(value.at("signal"), 0, last_signal),
            value.at("timed_out").get<json::boolean_t>(),
            value.at("error"),
            number_from<std::uint64_t>(value.at("taint")),
            bytes_from(value.at("log")),
            bytes_from(value.at("reports"))};
  if (done.signal != 0 && done.status != 128 + done.signal)
    throw FrameError(
        fmt::format("status {} of a job that signal {} ended", done.status, done.signal));
  return done;
}

Message decode(const json& value) {
  const std::string is = value.at("is");
  if (is == "hello") return hello_from(value);
  if (is == "output") return output_from(value);
  if (is == "file") {
    return FileChunk{value.at("path"), bytes_from(value.at("bytes")),
                     number_from<std::uint32_t>(value.at("mode")),
                     value.at("first").get<json::boolean_t>()};
  }
  if (is == "job") {
    const json& terminal = value.at("terminal");
    return Job{value.at("argv"),
               value.at("env"),
               value.at("collect"),
               std::chrono::milliseconds(number_from<std::int64_t>(value.at("deadline"))),
               terminal.is_null() ? std::nullopt : std::optional(size_from(terminal)),
               bytes_from(value.at("seed")),
               number_from<std::int64_t>(value.at("time"))};
  }
  if (is == "stop") return Stop{};
  if (is == "input") return Input{bytes_from(value.at("bytes"))};
  if (is == "resize") return Resize{size_from(value.at("size"))};
  if (is == "done") return done_from(value);
  throw FrameError(fmt::format("a message of the unknown kind '{}'", is));
}

}  // namespace

json to_value(const Message& message) {
  return std::visit([](const auto& any) { return encode(any); }, message);
}

Message from_value(const json& value) {
  try {
    return decode(value);
  } catch (const json::exception& error) {
    throw FrameError(fmt::format("a malformed message: {}", error.what()));
  }
}

std::string describe_taint(std::uint64_t taint) {
  // The kernel's Documentation/admin-guide/tainted-kernels.rst, in its order.
  static constexpr std::array<std::pair<char, std::string_view>, 19> flags = {{
      {'P', "a proprietary module"},
      {'F', "a module was loaded by force"},
      {'S', "the kernel runs on an unfit processor"},
      {'R', "a module was unloaded by force"},
      {'M', "the processor reported a machine check"},
      {'B', "a bad page"},
      {'U', "user space asked for it"},
      {'D', "the kernel oopsed"},
      {'A', "an ACPI table was overridden"},
      {'W', "the kernel warned"},
      {'C', "a staging driver"},
      {'I', "a firmware bug"},
      {'O', "an out-of-tree module"},
      {'E', "an unsigned module"},
      {'L', "a soft lockup"},
      {'K', "a live patch"},
      {'X', "the distribution's own"},
      {'T', "a structure randomized"},
      {'N', "an in-kernel test ran"},
  }};
  std::string text;
  for (std::size_t bit = 0; bit < 64; ++bit) {
    if ((taint >> bit & 1) == 0) continue;
    if (!text.empty()) text += ", ";
    text += bit < flags.size() ? fmt::format("{} ({})", flags[bit].first, flags[bit].second)
                               : fmt::format("bit {}", bit);
  }
  return text;
}

}  // namespace lab::vm
