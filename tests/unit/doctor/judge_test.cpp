// SPDX-License-Identifier: MIT
//
// The doctor's findings on different kinds of machines.
#include "doctor/judge.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "doctor/text.hpp"

namespace lab::doctor {
namespace {

using ::testing::HasSubstr;

const Tried works{true, ""};

// Debian 12, not root, QEMU, one image, KVM not tried.
Facts laptop() {
  Facts facts;
  facts.kernel = "6.1.0-56-amd64";
  facts.around.system = "Debian GNU/Linux 12 (bookworm)";
  facts.around.debian12 = true;
  facts.user_namespaces.tried = works;
  facts.sock_diag = works;
  facts.module.why_not = "tcp_lookup.ko is not loaded in this kernel";
  facts.module.lockdown = "none";
  facts.vm.qemu = "/usr/bin/qemu-system-x86_64";
  facts.vm.kvm_device = true;
  facts.vm.guests = {{"6.1", "6.1.0-56-cloud-amd64", true, "6.1.0-56-cloud-amd64", ""},
                     {"6.12", "", false, "", "there is no guest image"}};
  facts.resources = {"/build", 5'000'000'000, 4'000'000'000};
  return facts;
}

Facts as_root(Facts facts) {
  facts.rights = {true, true, true};
  facts.network_namespaces = facts.veth = facts.plug = facts.netem = facts.nftables = works;
  return facts;
}

const Finding& finding(const Checkup& checkup, const std::string& id) {
  for (const Finding& each : checkup.findings)
    if (each.id == id) return each;
  static const Finding none;
  ADD_FAILURE() << "no finding " << id;
  return none;
}

bool has(const Checkup& checkup, const std::string& id) {
  return std::ranges::any_of(checkup.findings, [&](const Finding& each) { return each.id == id; });
}

bool is_open(const Checkup& checkup, const std::string& way) {
  for (const RunOption& each : checkup.options)
    if (each.id == way) return each.open;
  ADD_FAILURE() << "no way " << way;
  return false;
}

TEST(Doctor, SendsALaptopWithoutRootToTheMicrovm) {
  const Checkup checkup = judge(laptop());
  EXPECT_TRUE(checkup.can_run());
  EXPECT_TRUE(is_open(checkup, "vm"));
  EXPECT_TRUE(is_open(checkup, "user-namespace"));
  EXPECT_FALSE(is_open(checkup, "here"));
  EXPECT_FALSE(is_open(checkup, "module"));
  EXPECT_EQ(finding(checkup, "network-namespaces").status, Status::not_observed);
  EXPECT_EQ(finding(checkup, "kvm").status, Status::not_observed);
  EXPECT_EQ(finding(checkup, "kernel-6.12").command, "LAB_KERNEL=6.12 ./lab vm kernels");
}

TEST(Doctor, LetsRootRunInThisKernel) {
  const Checkup checkup = judge(as_root(laptop()));
  EXPECT_TRUE(is_open(checkup, "here"));
  EXPECT_FALSE(is_open(checkup, "module"));
  EXPECT_EQ(finding(checkup, "sch-netem").status, Status::good);
}

TEST(Doctor, FindsAllInAVirtualMachineWithTheModule) {
  Facts facts = as_root(laptop());
  facts.around.vagrant = true;
  facts.module = {};
  facts.module.loaded = true;
  const Checkup checkup = judge(facts);
  EXPECT_TRUE(is_open(checkup, "module"));
  EXPECT_EQ(finding(checkup, "module").status, Status::good);
  EXPECT_FALSE(has(checkup, "lockdown"));  // of no interest any more
}

TEST(Doctor, NamesTwoRemediesForSecureBoot) {
  Facts facts = as_root(laptop());
  facts.module.secure_boot = true;
  facts.module.lockdown = "integrity";
  const Checkup checkup = judge(facts);
  EXPECT_EQ(finding(checkup, "secure-boot").status, Status::note);
  const Finding& loadable = finding(checkup, "loadable");
  EXPECT_EQ(loadable.status, Status::lacking);
  EXPECT_THAT(loadable.text, HasSubstr("locked down (integrity)"));
  EXPECT_THAT(loadable.meaning, HasSubstr("microVM"));
  EXPECT_THAT(loadable.command, HasSubstr("mokutil --import"));
}

TEST(Doctor, OffersNoKeyToAKernelWithoutModules) {
  Facts facts = laptop();
  facts.module.takes_modules = false;
  facts.module.sig_enforce = true;
  const Finding& loadable = finding(judge(facts), "loadable");
  EXPECT_THAT(loadable.text, HasSubstr("CONFIG_MODULES"));
  EXPECT_EQ(loadable.command, "");
}

TEST(Doctor, NamesTheCommandThatLoadsTheModule) {
  Facts facts = laptop();
  facts.module.built_for_this = "/build/kmod/6.1/tcp_lookup.ko";
  EXPECT_EQ(finding(judge(facts), "built").command, "sudo insmod /build/kmod/6.1/tcp_lookup.ko");
}

TEST(Doctor, OffersNoHeadersOnWsl) {
  Facts facts = laptop();
  facts.kernel = "5.15.167.4-microsoft-standard-WSL2";
  facts.around.wsl = true;
  facts.around.debian12 = false;
  facts.vm.kvm_device = false;
  const Checkup checkup = judge(facts);
  EXPECT_THAT(finding(checkup, "wsl").meaning, HasSubstr("microVM"));
  EXPECT_EQ(finding(checkup, "headers").command, "");
  EXPECT_TRUE(is_open(checkup, "vm"));
}

TEST(Doctor, FindsNoRunPossibleInABareContainer) {
  Facts facts = laptop();
  facts.rights.root = true;  // of the container's, without capabilities
  facts.around.container = "docker";
  facts.user_namespaces.tried = {true, "unshare: Operation not permitted"};
  facts.vm = {};
  facts.vm.why_no_qemu = "qemu-system-x86_64 is missing";
  const Checkup checkup = judge(facts);
  EXPECT_FALSE(checkup.can_run());
  EXPECT_EQ(finding(checkup, "root").status, Status::lacking);
  EXPECT_THAT(finding(checkup, "qemu").command, HasSubstr("apt-get install"));
  EXPECT_THAT(finding(checkup, "container").meaning, HasSubstr("--cap-add"));
}

TEST(Doctor, NamesTheSettingThatForbidsUserNamespaces) {
  Facts facts = laptop();
  facts.user_namespaces.tried = {true, "unshare: Operation not permitted"};
  const auto command = [&] { return finding(judge(facts), "user-namespaces").command; };
  EXPECT_EQ(command(), "");
  facts.user_namespaces.apparmor_restriction = 1;
  EXPECT_THAT(command(), HasSubstr("apparmor_restrict_unprivileged_userns=0"));
  facts.user_namespaces.unprivileged = 0;
  EXPECT_THAT(command(), HasSubstr("unprivileged_userns_clone=1"));
  facts.user_namespaces.max = 0;
  EXPECT_THAT(command(), HasSubstr("max_user_namespaces"));
}

TEST(Doctor, SaysWhyKvmIsNotUsed) {
  Facts facts = laptop();
  facts.vm.kvm_found = "tcg";
  facts.vm.kvm_reason = "the guest ended before the job did";
  EXPECT_THAT(finding(judge(facts), "kvm").text, HasSubstr("ended before the job did"));
  facts.vm.why_no_kvm = "/dev/kvm: Permission denied";
  EXPECT_THAT(finding(judge(facts), "kvm").command, HasSubstr("adduser"));
  facts.vm.forced = "tcg";
  EXPECT_THAT(finding(judge(facts), "kvm").text, HasSubstr("LAB_ACCEL=tcg"));
}

TEST(Doctor, WarnsOfLittleMemoryAndDisk) {
  Facts facts = laptop();
  facts.resources.disk_free = 1'000'000;
  facts.resources.memory_free = std::nullopt;
  const Checkup checkup = judge(facts);
  EXPECT_EQ(finding(checkup, "disk").status, Status::lacking);
  EXPECT_EQ(finding(checkup, "memory").status, Status::not_observed);
}

TEST(DoctorText, HasAMarkAMeaningAndACommand) {
  Facts facts = laptop();
  facts.vm.qemu.clear();
  facts.vm.why_no_qemu = "qemu-system-x86_64 is missing";
  std::ostringstream out;
  print_text(judge(facts), out, {});
  EXPECT_THAT(out.str(), HasSubstr("  ✗  qemu-system-x86_64 is missing\n"
                                   "     no microVM can be booted\n"
                                   "     ▶ sudo apt-get install --no-install-recommends "
                                   "qemu-system-x86\n"));
  EXPECT_THAT(out.str(), HasSubstr("A run is possible."));
}

TEST(DoctorJson, HoldsEveryFindingAndOption) {
  const Checkup checkup = judge(laptop());
  const auto object = to_json(checkup);
  EXPECT_EQ(object["can_run"], true);
  EXPECT_EQ(object["findings"].size(), checkup.findings.size());
  EXPECT_EQ(object["ways"].size(), 4u);
}

}  // namespace
}  // namespace lab::doctor
