#pragma once

#include "engine/cli/command.hpp"

/// Every command of the three programs. Each `run_...` does the work of one and can be called by a
/// test; the tables give them names, flags and help.
namespace engine::cli
{
Program engine_program();
Program replay_program();
Program verify_program();

int run_explain(const Options& options, std::ostream& out, std::ostream& err);
int run_config_show(const Options& options, std::ostream& out, std::ostream& err);
int run_config_check(const Options& options, std::ostream& out, std::ostream& err);
int run_config_default(const Options& options, std::ostream& out, std::ostream& err);
int run_init(const Options& options, std::ostream& out, std::ostream& err);
int run_log(const Options& options, std::ostream& out, std::ostream& err);
int run_status(const Options& options, std::ostream& out, std::ostream& err);
int run_show(const Options& options, std::ostream& out, std::ostream& err);
int run_diff(const Options& options, std::ostream& out, std::ostream& err);
int run_history(const Options& options, std::ostream& out, std::ostream& err);
int run_wait(const Options& options, std::ostream& out, std::ostream& err);
int run_submit(const Options& options, std::ostream& out, std::ostream& err);
int run_prove(const Options& options, std::ostream& out, std::ostream& err);
int run_checkpoint(const Options& options, std::ostream& out, std::ostream& err);
int run_node(const Options& options, std::ostream& out, std::ostream& err);
int run_backup(const Options& options, std::ostream& out, std::ostream& err);
int run_restore(const Options& options, std::ostream& out, std::ostream& err);
int run_restored(const Options& options, std::ostream& out, std::ostream& err);
int run_token_add(const Options& options, std::ostream& out, std::ostream& err);
int run_token_list(const Options& options, std::ostream& out, std::ostream& err);
int run_token_revoke(const Options& options, std::ostream& out, std::ostream& err);
int run_completion(const Options& options, std::ostream& out, std::ostream& err);
int run_man(const Options& options, std::ostream& out, std::ostream& err);
int run_replay(const Options& options, std::ostream& out, std::ostream& err);
int run_verify(const Options& options, std::ostream& out, std::ostream& err);
}  // namespace engine::cli
