// SPDX-License-Identifier: MIT
#include "run/system_call.hpp"

#include <fcntl.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "process/files_as_nobody.hpp"
#include "run/script_clock.hpp"
#include "util/error.hpp"
#include "util/regular_file.hpp"

namespace lab::run {
namespace {

using scenario::ControlMessage;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

template <typename Number>
Number number_at(const std::uint8_t* bytes) {
  Number number{};
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

// The first time that the kernel gives, since the script began. One that is as expected, with the
// tolerance, is the expected one.
void read_time(const std::uint8_t* data, const PreparedCall& prepared,
               const ControlMessage* expected, ControlMessage& into, bool& late) {
  const auto time = number_at<timespec>(data);
  const Timestamp since = time.tv_sec * Timestamp{1'000'000'000} + time.tv_nsec - prepared.start;
  into.time = std::chrono::duration_cast<microseconds>(nanoseconds(since));
  if (!expected || !expected->time) {
    if (expected) into.time.reset();
    return;
  }
  const Timestamp off = since - nanoseconds(*expected->time).count();
  if (std::abs(off) <= prepared.tolerance)
    into.time = expected->time;
  else
    late |= off > 0 && off <= prepared.tolerance + prepared.delayed;
}

ControlMessage read_control(const cmsghdr& header, const std::uint8_t* data,
                            const PreparedCall& prepared, const ControlMessage* expected,
                            bool& late) {
  ControlMessage message{header.cmsg_level, header.cmsg_type};
  const std::size_t length = header.cmsg_len - CMSG_LEN(0);
  const bool error = (message.level == IPPROTO_IP && message.type == IP_RECVERR) ||
                     (message.level == IPPROTO_IPV6 && message.type == IPV6_RECVERR);
  if (error && length >= sizeof(sock_extended_err)) {
    const auto raw = number_at<sock_extended_err>(data);
    message.error = {raw.ee_errno, raw.ee_origin, raw.ee_type,
                     raw.ee_code,  raw.ee_info,   raw.ee_data};
  } else if (message.level == SOL_SOCKET && message.type == SCM_TIMESTAMPING) {
    read_time(data, prepared, expected, message, late);
  } else if (length >= sizeof(int)) {
    message.number = number_at<int>(data);
  }
  return message;
}

std::vector<ControlMessage> control_of(msghdr& header, const PreparedCall& prepared,
                                       const std::vector<ControlMessage>& expected, bool& late) {
  std::vector<ControlMessage> all;
  for (cmsghdr* each = CMSG_FIRSTHDR(&header); each; each = CMSG_NXTHDR(&header, each))
    all.push_back(read_control(*each, CMSG_DATA(each), prepared,
                               all.size() < expected.size() ? &expected[all.size()] : nullptr,
                               late));
  return all;
}

// errno of a call that returned -1.
void set_result(CallResult& result, std::int64_t returned) {
  result.error = returned < 0 ? errno : 0;
  result.value = returned;
}

void act(const PreparedCall& prepared, const scenario::SendMessage& message, CallResult& result) {
  std::vector<iovec> parts;
  const bool kept = (message.flags & MSG_ZEROCOPY) != 0;
  for (const std::string& part : message.parts) {
    const std::string& bytes = kept ? prepared.buffers.emplace_back(part) : part;
    parts.push_back({message.null ? nullptr : const_cast<char*>(bytes.data()), bytes.size()});
  }
  sockaddr_storage to = prepared.to;
  msghdr header{};
  header.msg_iov = parts.data();
  header.msg_iovlen = parts.size();
  if (prepared.to_length > 0) {
    header.msg_name = &to;
    header.msg_namelen = prepared.to_length;
  }
  set_result(result, ::sendmsg(prepared.fd, &header, message.flags | MSG_NOSIGNAL));
}

void act(const PreparedCall& prepared, const scenario::ReceiveMessage& message,
         CallResult& result) {
  std::string buffer(static_cast<std::size_t>(message.room), '\0');
  alignas(cmsghdr) std::array<std::uint8_t, 4096> control{};
  iovec part{message.null ? nullptr : buffer.data(), buffer.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (message.reported) {
    header.msg_control = control.data();
    header.msg_controllen = control.size();
  }
  set_result(result, ::recvmsg(prepared.fd, &header, message.flags));
  if (result.error != 0 || !message.reported) return;
  const auto all = control_of(header, prepared, message.control, result.late);
  result.reply = scenario::reply_in_words(header.msg_flags & ~MSG_CMSG_CLOEXEC, all);
}

void act(const PreparedCall& prepared, const scenario::OptionBytes& option, CallResult& result) {
  if (!option.get) {
    set_result(result, ::setsockopt(prepared.fd, option.level, option.option, option.bytes.data(),
                                    static_cast<socklen_t>(option.bytes.size())));
    return;
  }
  std::string bytes(option.bytes.size(), '\0');
  auto length = static_cast<socklen_t>(bytes.size());
  set_result(result, ::getsockopt(prepared.fd, option.level, option.option, bytes.data(), &length));
  bytes.resize(std::min<std::size_t>(length, bytes.size()));
  result.reply = scenario::hex_of(bytes);
}

void act(const PreparedCall& prepared, const scenario::Ioctl& ioctl, CallResult& result) {
  int value = 0;
  set_result(result, ::ioctl(prepared.fd, ioctl.request, &value));
  if (ioctl.value) result.reply = std::to_string(value);
}

void act(const PreparedCall&, const scenario::EpollCreate& create, CallResult& result) {
  set_result(result, ::epoll_create1(EPOLL_CLOEXEC));
  if (result.error == 0)
    result.opened.emplace_back(create.name, Fd(static_cast<int>(result.value)));
}

void act(const PreparedCall& prepared, const scenario::EpollControl& control, CallResult& result) {
  epoll_event event{};
  event.events = control.events;
  event.data.u64 = control.data;
  set_result(result, ::epoll_ctl(prepared.fd, control.operation, prepared.others.front(), &event));
}

// Milliseconds: a call without an end must not outlive the run.
int bounded(int timeout) {
  constexpr int longest = 20'000;
  return timeout < 0 ? longest : std::min(timeout, longest);
}

void act(const PreparedCall& prepared, const scenario::EpollWait& wait, CallResult& result) {
  std::vector<epoll_event> events(static_cast<std::size_t>(std::max(wait.most, 1)));
  set_result(result, ::epoll_wait(prepared.fd, events.data(), wait.most, bounded(wait.timeout)));
  const std::uint64_t data = events.front().data.u64;
  result.reply = scenario::events_in_words(events.front().events,
                                           wait.narrow ? static_cast<std::uint32_t>(data) : data);
}

void act(const PreparedCall& prepared, const scenario::PollMany& poll, CallResult& result) {
  std::vector<pollfd> polled;
  for (std::size_t i = 0; i < poll.all.size(); ++i)
    polled.push_back({prepared.others[i], poll.all[i].events, 0});
  set_result(result, ::poll(polled.data(), polled.size(), bounded(poll.timeout)));
  std::vector<std::pair<std::string, short>> reported;
  for (std::size_t i = 0; i < polled.size(); ++i)
    reported.emplace_back(poll.all[i].descriptor, polled[i].revents);
  result.reply = scenario::polled_in_words(reported);
}

void act(const PreparedCall&, const scenario::MakePipe& pipe, CallResult& result) {
  int ends[2] = {-1, -1};
  set_result(result, ::pipe2(ends, O_CLOEXEC | O_NONBLOCK));
  for (std::size_t i = 0; i < 2 && result.error == 0; ++i)
    result.opened.emplace_back(pipe.ends[i], Fd(ends[i]));
}

// A script is a stranger's, and this process may be root: it reads what anybody may read.
void act(const PreparedCall&, const scenario::OpenFile& file, CallResult& result) {
  const FilesAsNobody nobody;
  try {
    RegularFile opened(file.path);
    result.opened.emplace_back(file.name, opened.take());
    result.value = result.opened.back().second.get();
  } catch (const UsageError&) {
    result.error = EACCES;  // a device, a pipe, a folder
  } catch (const SystemError& error) {
    result.error = error.error();
  }
  if (result.error != 0) result.value = -1;
}

void set_blocking(int fd, bool blocking) {
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0) return;
  ::fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

// A socket that blocks while this exists, for a tick of the kernel's clock at most.
class WaitsALittle {
 public:
  explicit WaitsALittle(int fd) : fd_(fd) {
    socklen_t length = sizeof before_;
    ::getsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &before_, &length);
    limit({0, 1000});
    set_blocking(fd_, true);
  }
  ~WaitsALittle() {
    set_blocking(fd_, false);
    limit(before_);
  }
  WaitsALittle(const WaitsALittle&) = delete;
  WaitsALittle& operator=(const WaitsALittle&) = delete;

 private:
  void limit(timeval time) const { ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time); }
  int fd_;
  timeval before_{};
};

void act(const PreparedCall& prepared, const scenario::Splice& splice, CallResult& result) {
  std::optional<WaitsALittle> waits;
  if (splice.waits && !prepared.call.begins) waits.emplace(prepared.fd);
  set_result(result, ::splice(prepared.fd, nullptr, prepared.others.front(), nullptr,
                              static_cast<std::size_t>(splice.bytes), splice.flags));
}

void act(const PreparedCall& prepared, const scenario::SendFile& file, CallResult& result) {
  off_t offset = file.offset;
  set_result(result, ::sendfile(prepared.fd, prepared.others.front(), &offset,
                                static_cast<std::size_t>(file.bytes)));
}

// The descriptor is closed by whoever keeps it.
void act(const PreparedCall&, const scenario::CloseFile&, CallResult&) {}

}  // namespace

CallResult PreparedCall::make() const {
  CallResult result;
  std::visit([&](const auto& arguments) { act(*this, arguments, result); }, call.arguments);
  result.end = now();
  return result;
}

BlockingCall::BlockingCall(PreparedCall prepared, Timestamp due)
    : fd_(prepared.fd), due_(due), waited_(waited_for_processors()) {
  result_ = std::async(std::launch::async, [prepared] {
    set_blocking(prepared.fd, true);
    CallResult result = prepared.make();
    set_blocking(prepared.fd, false);
    return result;
  });
}

BlockingCall::~BlockingCall() {
  if (result_.valid() && !over()) ::shutdown(fd_, SHUT_RDWR);
}

bool BlockingCall::over() const {
  return result_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace lab::run
