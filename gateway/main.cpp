// SPDX-License-Identifier: Apache-2.0
#include "adapters/registry.hpp"
#include "gateway/app.hpp"
#include "gateway/cli/command_line.hpp"
#include "gateway/cli/out_of_memory.hpp"
#include "gateway/cli/sandbox.hpp"

int main(int argc, char** argv)
{
    gateway::cli::end_when_out_of_memory();
    return gateway::cli::run_command_line(
        argc, argv, {gateway::run_serve, gateway::cli::run_sandbox, adapters::find_supplier_system});
}
