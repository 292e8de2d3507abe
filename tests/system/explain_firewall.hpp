// SPDX-License-Identifier: MIT
//
// The fixture of explain's tests in which the server has rules of nftables.
#pragma once

#include <optional>
#include <string>

#include "explain_fixture.hpp"
#include "net/nftables.hpp"
#include "util/error.hpp"

namespace lab::test {

class BesideAFirewall : public Reality {
 protected:
  void SetUp() override {
    Reality::SetUp();
    if (!hosts_) return;
    try {
      firewall_.emplace(server());
    } catch (const EnvironmentError& error) {
      GTEST_SKIP() << error.what();
    }
  }
  void rules(const std::string& text) { ASSERT_EQ(firewall_->run(text), ""); }

  std::optional<Nftables> firewall_;
};

}  // namespace lab::test
