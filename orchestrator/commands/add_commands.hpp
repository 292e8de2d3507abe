// SPDX-License-Identifier: MIT
//
// One function per command, in the file named after the command. It adds the command to
// the tree, with flags, examples and action.
#pragma once

#include "cli/command.hpp"

namespace lab::commands {

void add_run(cli::Commands& commands);
void add_predict(cli::Commands& commands);
void add_draw(cli::Commands& commands);
void add_grade(cli::Commands& commands);
void add_explain(cli::Commands& commands);
void add_tables(cli::Commands& commands);
void add_lookup(cli::Commands& commands);
void add_watch(cli::Commands& commands);
void add_doctor(cli::Commands& commands);
void add_vm(cli::Commands& commands);
void add_list(cli::Commands& commands);
void add_show(cli::Commands& commands);
void add_validate(cli::Commands& commands);
void add_new(cli::Commands& commands);
void add_convert(cli::Commands& commands);
void add_graph(cli::Commands& commands);
void add_inspect(cli::Commands& commands);
void add_exec(cli::Commands& commands);
void add_capture(cli::Commands& commands);
void add_clean(cli::Commands& commands);
void add_schema(cli::Commands& commands);
void add_completion(cli::Commands& commands);
void add_manual(cli::Commands& commands);
void add_version(cli::Commands& commands);
void add_help(cli::Commands& commands);

}  // namespace lab::commands
