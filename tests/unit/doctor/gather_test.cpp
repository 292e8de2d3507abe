// SPDX-License-Identifier: MIT
//
// Parsing of kernel and distribution files, and a real examination of this machine.
#include "doctor/gather.hpp"

#include <gmock/gmock.h>

#include "doctor/machines.hpp"

namespace lab::doctor {
namespace {

using std::string_literals::operator""s;

TEST(Lockdown, IsTheWordInBrackets) {
  EXPECT_EQ(chosen_word("none [integrity] confidentiality\n"), "integrity");
  EXPECT_EQ(chosen_word("[none] integrity confidentiality"), "none");
  EXPECT_EQ(chosen_word(""), "");
  EXPECT_EQ(chosen_word("]["), "");
}

TEST(OsRelease, HasNamesAndValues) {
  const char* text =
      "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n";
  EXPECT_EQ(os_release_value(text, "PRETTY_NAME"), "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(os_release_value(text, "ID"), "debian");
  EXPECT_EQ(os_release_value(text, "VERSION"), "");
}

TEST(Memory, ReadsMemAvailable) {
  EXPECT_EQ(available_memory("MemTotal: 9 kB\nMemAvailable:    2048 kB\n"), 2048u * 1024);
  EXPECT_EQ(available_memory("MemTotal: 9 kB\n"), std::nullopt);
}

TEST(Container, IsRecognizedByItsTraces) {
  EXPECT_EQ(container_in("", "0::/init.scope", false, false), "");
  EXPECT_EQ(container_in("A=1\0container=lxc\0B=2"s, "", false, false), "lxc");
  EXPECT_EQ(container_in("", "", true, false), "docker");
  EXPECT_EQ(container_in("", "", false, true), "podman");
  EXPECT_EQ(container_in("", "1:name=systemd:/docker/abc", false, false), "docker");
}

TEST(RunningMachine, IsRecognizedByItsSerialPort) {
  const std::string line =
      "/usr/bin/qemu-system-x86_64\0-accel\0tcg,thread=single\0-m\0"s
      "512M\0-initrd\0/build/images/6.12.cpio\0-device\0"s
      "virtserialport,chardev=channel,name=lab\0"s;
  const auto machine = machine_from(line);
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->series, "6.12");
  EXPECT_EQ(machine->accelerator, "tcg");
  EXPECT_EQ(machine->memory, "512M");
  EXPECT_FALSE(machine_from("/usr/bin/qemu-system-x86_64\0-m\0004G\0"s));
  EXPECT_FALSE(machine_from(""));
}

TEST(Gather, FindsTheFactsOfThisMachine) {
  const doctor::Facts facts = gather({false, {}});
  EXPECT_NE(facts.kernel, "");
  EXPECT_TRUE(facts.user_namespaces.tried.tried);
  EXPECT_EQ(facts.network_namespaces.tried, facts.rights.sys_admin);
  EXPECT_TRUE(facts.vm.qemu.empty() != facts.vm.why_no_qemu.empty());
  EXPECT_TRUE(facts.resources.memory_free);
}

}  // namespace
}  // namespace lab::doctor
