// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/cli/sandbox.hpp"
#include "gateway/settings/settings.hpp"

#include <functional>

namespace gateway::cli
{

/// Exit codes of every command, as `apptgw --help` lists them.
enum ExitCode
{
    ok = 0,
    failed = 1,
    usage = 2,
    configuration = 3,
    cannot_listen = 4,
    store_unusable = 5,
};

/// What the long-running commands call; main.cpp passes run_serve and run_sandbox.
struct Commands
{
    std::function<int(settings::Settings, const std::function<settings::Loaded()>& read_again)> serve;
    std::function<int(const SandboxOptions&)> sandbox;
    settings::FindSystem find_system = nullptr;
};

/// `apptgw serve | sandbox | token | unknown | audit | practice | valve | agreement | outbox | calendar | check-config
/// | version`. Returns the process's exit code.
int run_command_line(int argc, char** argv, const Commands& commands);

} // namespace gateway::cli
