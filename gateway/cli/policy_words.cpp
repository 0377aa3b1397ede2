// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/words.hpp"

#include "gateway/cli/consent_command.hpp"
#include "gateway/cli/policy_command.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace gateway::cli
{

namespace
{

/// What `practice`, `valve` and `agreement` were given.
struct PolicyRequest
{
    PolicyOptions options;
    std::string config_file;
};

CLI::App* add_policy_verb(CLI::App& command, PolicyRequest& request, const char* name, const char* meaning)
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

void add_why(CLI::App& verb, PolicyOptions& options)
{
    verb.add_option("--reason", options.reason, "Why; no names of patients")->required();
    verb.add_option("--by", options.by, "Who decides so")->required();
}

void add_valve_verb(CLI::App& command, PolicyRequest& request, const char* name, const char* meaning)
{
    auto* verb = add_policy_verb(command, request, name, meaning);
    verb->add_option("practice", request.options.name, "ODS code of the practice")->required();
    add_why(*verb, request.options);
    const std::string_view word = name;
    if (word == "limit")
        verb->add_option("--per-hour", request.options.per_hour, "Slots in any sixty minutes, all together")
            ->required();
    if (word == "limit" || word == "pause")
        verb->add_option(
            "--until", request.options.until,
            "When it opens by itself: 2026-11-23T18:00:00+00:00; default: when somebody opens it");
}

fhir::Result<std::string> run_policy(const PolicyCommand& policy, const std::string& command,
                                     const std::string& verb)
{
    if (command == "slot-type")
        return policy.slot_types();
    if (verb == "list")
        return command == "agreement" ? policy.agreements() : policy.practices();
    if (verb == "show")
        return command == "agreement" ? policy.agreement() : policy.practice();
    if (verb == "history")
        return policy.agreement_history();
    if (verb == "put")
        return policy.put_file();
    if (verb == "remove")
        return policy.remove_agreement();
    return policy.set_valve(verb == "pause" ? "paused" : verb == "limit" ? "limited" : "open");
}

int policy(const PolicyRequest& request, const CLI::App& command, const Commands& commands)
{
    const auto settings = load_or_explain(request.config_file, commands);
    if (!settings)
        return configuration;
    const PolicyCommand asked(request.options, *settings, adapters::system_clock(),
                              adapters::secure_random());
    const auto printed = run_policy(asked, command.get_name(), command.get_subcommands().front()->get_name());
    return print_or_explain(printed);
}

void run_at_end(CLI::App& command, std::shared_ptr<const PolicyRequest> request, Line& line)
{
    command.final_callback(
        [request, &command, &line] { line.code = policy(*request, command, line.commands); });
}

/// What `consent` was given.
struct ConsentRequest
{
    ConsentOptions options;
    std::string config_file;
};

CLI::App* add_consent_verb(CLI::App& command, ConsentRequest& request, const char* name, const char* meaning)
{
    auto* verb = command.add_subcommand(name, meaning);
    verb->add_option("--config", request.config_file, "The gateway's settings file")->required();
    verb->add_option("--url", request.options.listener.url,
                     "Its management listener, where the settings do not tell: https://HOST:PORT");
    verb->add_option("--ca-file", request.options.listener.ca_file,
                     "PEM of the authority of the gateway's certificate");
    verb->add_flag("--json", request.options.json, "Print what the gateway answers");
    verb->add_option("--by", request.options.by, "Who asks or decides")->required();
    return verb;
}

int consent(const ConsentRequest& request, const std::string& verb, const Commands& commands)
{
    const auto settings = load_or_explain(request.config_file, commands);
    if (!settings)
        return configuration;
    const ConsentCommand asked(request.options, *settings, adapters::system_clock(),
                               adapters::secure_random());
    const auto printed = verb == "list"  ? asked.list(std::cin)
                         : verb == "add" ? asked.add(std::cin)
                                         : asked.end();
    return print_or_explain(printed);
}

} // namespace

void add_practice(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<PolicyRequest>();
    PolicyRequest& request = *kept;
    auto* command = app.add_subcommand("practice", "What practices share now, and pausing one");
    command->require_subcommand(1);
    add_policy_verb(*command, request, "list", "Every practice with its valve and its agreements");
    add_policy_verb(*command, request, "show", "One practice, and the agreements that name it")
        ->add_option("practice", request.options.name, "ODS code of the practice")
        ->required();
    add_valve_verb(*command, request, "pause", "Nobody else books there until then");
    add_valve_verb(*command, request, "resume", "As agreed again");
    command->footer("Example: apptgw practice pause A10001 --until 2026-11-23T18:00:00+00:00 --reason \"two "
                    "doctors ill\" \\\n    --by \"A. Jones\" --config /etc/apptgw/apptgw.toml");
    run_at_end(*command, kept, line);
}

void add_valve(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<PolicyRequest>();
    PolicyRequest& request = *kept;
    auto* command = app.add_subcommand("valve", "How much other organisations may book at a practice");
    command->require_subcommand(1);
    add_policy_verb(*command, request, "list", "Every practice with its valve");
    add_valve_verb(*command, request, "open", "As agreed");
    add_valve_verb(*command, request, "limit", "So many an hour");
    add_valve_verb(*command, request, "pause", "None");
    run_at_end(*command, kept, line);
}

void add_agreement(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<PolicyRequest>();
    PolicyRequest& request = *kept;
    auto& options = request.options;
    auto* command = app.add_subcommand("agreement", "Who may do what where, when and how much of it");
    command->require_subcommand(1);
    add_policy_verb(*command, request, "list", "All agreements and federations")
        ->add_flag("--csv", options.csv, "The register, for printing and spreadsheets");
    for (const auto& [name, meaning] : {std::pair{"show", "One agreement as it stands"},
                                        {"history", "Its versions, newest first"},
                                        {"remove", "Takes it back; its versions are kept"}})
        add_policy_verb(*command, request, name, meaning)
            ->add_option("agreement", options.name, "Its id")
            ->required();
    add_why(*command->get_subcommand("remove"), options);
    auto* put = add_policy_verb(*command, request, "put", "Sets what a file says, as a practices file would");
    put->add_option("file", options.file, "TOML with [[agreement]], [[area]] or [[valve]]")->required();
    add_why(*put, options);
    run_at_end(*command, kept, line);
}

void add_slot_type(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<PolicyRequest>();
    PolicyRequest& request = *kept;
    auto* command = app.add_subcommand("slot-type", "What practices call their slots, and what that means");
    command->require_subcommand(1);
    auto* list =
        add_policy_verb(*command, request, "list", "Every name that was seen; in brackets what it may mean");
    list->add_option("practice", request.options.name, "ODS code of the practice; default: all");
    list->add_flag("--unmapped", request.options.unmapped,
                   "Only those that no [[slot_type]] of the practices file maps");
    list->add_flag("--csv", request.options.csv, "For printing and spreadsheets");
    run_at_end(*command, kept, line);
}

void add_consent(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<ConsentRequest>();
    ConsentRequest& request = *kept;
    auto& options = request.options;
    auto* command =
        app.add_subcommand("consent", "Whom patients want to be hidden from; the NHS number comes "
                                      "on standard input");
    command->require_subcommand(1);
    add_consent_verb(*command, request, "list", "What is recorded for a patient");
    auto* add = add_consent_verb(*command, request, "add", "Records a decision, or the sensitive flag");
    add->add_option("--kind", options.kind, "dissent, sensitive or no-messages")->required();
    add->add_option("--at", options.at, "ODS code of the practice or area; default: everywhere");
    add->add_option("--from-whom", options.from_whom,
                    "ODS code of the organisation or area; default: everybody but the practice itself");
    add->add_option("--from", options.from, "First day or moment; default: now");
    add->add_option("--until", options.until, "When it ends; default: when somebody ends it");
    auto* end = add_consent_verb(*command, request, "end", "Ends one; the patient is found again");
    end->add_option("consent", options.id, "Its id")->required();
    end->add_flag("--in-error", options.in_error, "It was never so");
    for (auto* verb : {add, end})
        verb->add_option("--reason", options.reason, "A code: patient-request, no-longer-wanted, …")
            ->required();
    command->footer(
        "Example: apptgw consent add --kind dissent --at A10001 --reason patient-request --by \"A. "
        "Jones\" \\\n    --config /etc/apptgw/apptgw.toml < number.txt");
    command->final_callback([kept, command, &line] {
        line.code = consent(*kept, command->get_subcommands().front()->get_name(), line.commands);
    });
}

} // namespace gateway::cli
