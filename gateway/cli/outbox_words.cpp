// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/outbox_command.hpp"
#include "gateway/cli/words.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace gateway::cli
{

namespace
{

/// What `outbox` was given.
struct OutboxRequest
{
    OutboxOptions options;
    std::string config_file;
};

CLI::App* add_outbox_verb(CLI::App& command, OutboxRequest& request, const char* name, const char* meaning)
{
    auto* verb = command.add_subcommand(name, meaning);
    verb->add_option("--config", request.config_file, "The gateway's settings file")->required();
    verb->add_option("--url", request.options.listener.url,
                     "Its management listener, where the settings do not tell: https://HOST:PORT");
    verb->add_option("--ca-file", request.options.listener.ca_file,
                     "PEM of the authority of the gateway's certificate");
    verb->add_flag("--json", request.options.json, "Print what the gateway answers");
    return verb;
}

int outbox(const OutboxRequest& request, const std::string& verb, const Commands& commands)
{
    const auto settings = load_or_explain(request.config_file, commands);
    if (!settings)
        return configuration;
    const OutboxCommand asked(request.options, *settings, adapters::system_clock(),
                              adapters::secure_random());
    const auto printed = verb == "list" ? asked.list() : verb == "show" ? asked.show() : asked.order(verb);
    return print_or_explain(printed);
}

} // namespace

void add_outbox(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<OutboxRequest>();
    OutboxRequest& request = *kept;
    auto& options = request.options;
    auto* command =
        app.add_subcommand("outbox", "Notifications to subscribers: what waits, and what was given up");
    command->require_subcommand(1);
    add_outbox_verb(*command, request, "list", "How much waits, and every subscription");
    auto* show = add_outbox_verb(*command, request, "show", "One subscription and its newest deliveries");
    show->add_option("subscription", options.target, "Its id")->required();
    show->add_option("--state", options.state, "Only those that are due, held, dead, cancelled or done");
    for (const auto& [name, meaning] :
         {std::pair{"hold", "Nothing is sent until it is released"},
          {"release", "Is sent after all"},
          {"replay", "Sends again, under the same number; of a subscription all that is dead"},
          {"cancel", "Is never sent"}}) {
        auto* verb = add_outbox_verb(*command, request, name, meaning);
        verb->add_option("target", options.target, "A subscription's id, or ID/NUMBER for one delivery")
            ->required();
        verb->add_option("--by", options.by, "Who decides")->required();
        verb->add_option("--reason", options.reason, "Why; no names of patients")->required();
    }
    command->footer(
        "Example: apptgw outbox replay 01988a3e-5b1c-7c3e-9c1d-0a5f2e6b7c80/17 --by \"A. Jones\" \\\n    "
        "--reason \"receiver repaired\" --config /etc/apptgw/apptgw.toml");
    command->final_callback([kept, command, &line] {
        line.code = outbox(*kept, command->get_subcommands().front()->get_name(), line.commands);
    });
}

} // namespace gateway::cli
