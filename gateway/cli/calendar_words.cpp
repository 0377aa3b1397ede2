// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/calendar_command.hpp"
#include "gateway/cli/words.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace gateway::cli
{

namespace
{

/// What `calendar` was given.
struct CalendarRequest
{
    CalendarOptions options;
    std::string config_file;
};

CLI::App* add_calendar_verb(CLI::App& command, CalendarRequest& request, const char* name,
                            const char* meaning)
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

int calendar(const CalendarRequest& request, const std::string& verb, const Commands& commands)
{
    const auto settings = load_or_explain(request.config_file, commands);
    if (!settings)
        return configuration;
    const CalendarCommand asked(request.options, *settings, adapters::system_clock(),
                                adapters::secure_random());
    return print_or_explain(verb == "list" ? asked.list() : asked.revoke());
}

} // namespace

void add_calendar(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<CalendarRequest>();
    CalendarRequest& request = *kept;
    auto& options = request.options;
    auto* command = app.add_subcommand("calendar", "Calendar feeds: which there are, and to revoke one");
    command->require_subcommand(1);
    add_calendar_verb(*command, request, "list", "All of them, without their addresses");
    auto* revoke = add_calendar_verb(*command, request, "revoke", "Its address answers 410 from then on");
    revoke->add_option("feed", options.feed, "Its id")->required();
    revoke->add_option("--by", options.by, "Who decides")->required();
    revoke->add_option("--reason", options.reason, "Why; no names of patients")->required();
    command->footer("Example: apptgw calendar revoke 01988a3e-5b1c-7c3e-9c1d-0a5f2e6b7c80 --by \"A. Jones\" "
                    "\\\n    --reason \"address was in an e-mail\" --config /etc/apptgw/apptgw.toml");
    command->final_callback([kept, command, &line] {
        line.code = calendar(*kept, command->get_subcommands().front()->get_name(), line.commands);
    });
}

} // namespace gateway::cli
