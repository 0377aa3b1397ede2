// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/words.hpp"

#include "gateway/cli/audit_command.hpp"
#include "gateway/cli/store_command.hpp"
#include "gateway/cli/unknown_command.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <optional>

namespace gateway::cli
{

namespace
{

/// What `unknown` was given.
struct UnknownRequest
{
    UnknownOptions options;
    std::string config_file;
    CLI::App* resolve = nullptr;
};

void add_where(CLI::App& command, UnknownRequest& request)
{
    command.add_option("--config", request.config_file, "The gateway's settings file")->required();
    command.add_option("--url", request.options.url,
                       "Its management listener, where the settings do not tell: https://HOST:PORT");
    command.add_option("--ca-file", request.options.ca_file,
                       "PEM of the authority of the gateway's certificate");
    command.add_flag("--json", request.options.json, "Print what the gateway answers");
}

int unknown(const UnknownRequest& request, const Commands& commands)
{
    const auto settings = load_or_explain(request.config_file, commands);
    if (!settings)
        return configuration;
    const auto printed =
        request.resolve->parsed()
            ? resolve_unknown(request.options, *settings, adapters::system_clock(), adapters::secure_random())
            : list_unknown(request.options, *settings);
    return print_or_explain(printed);
}

} // namespace

void add_unknown(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<UnknownRequest>();
    UnknownRequest& request = *kept;
    auto& options = request.options;
    auto* command =
        app.add_subcommand("unknown", "Writes whose outcome nobody knows, and what a person found out");
    command->require_subcommand(1);
    auto* list = command->add_subcommand("list", "What a person must look into, and what to do next");
    add_where(*list, request);
    list->add_flag("--all", options.all, "Also those that the gateway still settles by itself");
    list->footer("Example: apptgw unknown list --config /etc/apptgw/apptgw.toml");
    auto* resolve = command->add_subcommand("resolve", "Say what the practice's own book holds");
    add_where(*resolve, request);
    resolve->add_option("intent", options.intent, "The intent, as `list` names it")->required();
    resolve->add_option("--as", options.as, "What the book holds; again: have the gateway look once more")
        ->required()
        ->check(CLI::IsMember(
            {"booked", "not-booked", "cancelled", "not-cancelled", "amended", "not-amended", "again"}));
    resolve->add_option("--reason", options.reason, "How you know; no names of patients")->required();
    resolve->add_option("--by", options.by, "Who looked")->required();
    resolve->add_option("--practice-key", options.practice_key,
                        "The practice's own number of the appointment, if you were told it");
    resolve->add_flag("--override", options.override_read_back,
                      "Even though the practice's system shows otherwise");
    resolve->footer(
        "Example: apptgw unknown resolve 0199f3c0-0000-7000-8000-000000000001 \\\n"
        "    --as booked --by \"A. Jones\" --reason \"seen on the practice manager's screen\" \\\n"
        "    --config /etc/apptgw/apptgw.toml");
    request.resolve = resolve;
    command->final_callback([kept, &line] { line.code = unknown(*kept, line.commands); });
}

namespace
{

/// What `store rotate-key` was given.
struct StoreRequest
{
    std::string config_file, new_key_file;
};

int rotate_store_key(const StoreRequest& request, const Commands& commands)
{
    const auto settings = load_or_explain(request.config_file, commands);
    if (!settings)
        return configuration;
    const auto printed = rotate_key(settings->store, request.new_key_file);
    return print_or_explain(printed);
}

} // namespace

void add_store(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<StoreRequest>();
    StoreRequest& request = *kept;
    auto& command = *app.add_subcommand("store", "The database's own affairs");
    command.require_subcommand(1);
    auto* rotate = command.add_subcommand("rotate-key", "Seal all that identifies patients with a new key");
    rotate->add_option("--config", request.config_file, "The gateway's settings file")->required();
    rotate->add_option("--new-key-file", request.new_key_file, "Where the new key is written")->required();
    rotate->footer("The gateway must be stopped. Interrupted, nothing has changed: run it again.\n"
                   "Example: apptgw store rotate-key --config /etc/apptgw/apptgw.toml "
                   "--new-key-file /etc/apptgw/store-2027.key");
    command.final_callback([kept, &line] { line.code = rotate_store_key(*kept, line.commands); });
}

namespace
{

/// What `audit` was given.
struct AuditRequest
{
    AuditOptions options;
    std::string config_file;
    CLI::App* command = nullptr;
};

int audit_trail(const AuditRequest& request, const Commands& commands)
{
    const std::string name = request.command->get_subcommands().front()->get_name();
    std::optional<settings::Settings> settings;
    if (!request.config_file.empty()) {
        settings = load_or_explain(request.config_file, commands);
        if (!settings)
            return configuration;
    }
    const auto printed = name == "export"   ? export_audit(request.options, *settings)
                         : name == "verify" ? verify_audit(request.options)
                         : name == "who"    ? who_in_audit(request.options, std::cin)
                                            : audit_public_key(request.options, *settings);
    return print_or_explain(printed);
}

} // namespace

void add_audit(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<AuditRequest>();
    AuditRequest& request = *kept;
    auto& options = request.options;
    request.command = app.add_subcommand("audit", "Who did what, as a file that proves itself");
    auto& command = *request.command;
    command.require_subcommand(1);
    const auto with_config = [&](CLI::App* sub) {
        sub->add_option("--config", request.config_file, "The gateway's settings file")->required();
    };
    auto* written = command.add_subcommand("export", "Write the audit trail into a new file");
    with_config(written);
    written->add_option("--out", options.file, "The file, which must not exist yet")->required();
    written->add_option("--from", options.from, "First day or instant; default: from the beginning");
    written->add_option("--to", options.to, "Day or instant that is not included; default: up to now");
    written->add_option("--by", options.by, "Who exports; the running gateway puts it on record");
    written->add_option("--url", options.listener.url,
                        "Its management listener, where the settings do not tell: https://HOST:PORT");
    written->add_option("--ca-file", options.listener.ca_file,
                        "PEM of the authority of the gateway's certificate");
    written->footer("Example: apptgw audit export --config /etc/apptgw/apptgw.toml --out audit-2026-11.txt "
                    "--from 2026-11-01");
    auto* verify = command.add_subcommand("verify", "Whether an export is whole; names the first bad record");
    verify->add_option("file", options.file, "The export")->required();
    verify->add_option("--public-key", options.public_key_file, "PEM of the key, or of all keys in turn")
        ->required();
    verify->footer("Needs nothing else. Example: apptgw audit verify audit.txt --public-key audit.pem");
    auto* who = command.add_subcommand("who", "Who touched an appointment, or a patient's appointments");
    who->add_option("file", options.file, "The export; verify it first")->required();
    auto* about = who->add_option_group("Whom");
    about->add_option("--appointment", options.appointment, "Id of the appointment");
    auto* patient = about->add_flag("--patient", options.patient, "The NHS number on standard input");
    about->require_option(1);
    auto* key = who->add_option("--key-file", options.key_file, "The store's key, with --patient");
    patient->needs(key);
    who->footer("Example: apptgw audit who audit.txt --appointment 0199f3c0-0000-7000-8000-000000000001");
    auto* public_key = command.add_subcommand("public-key", "The key with which others verify");
    with_config(public_key);
    public_key->add_option("--out", options.public_key_file, "A new file; default: standard output");
    command.final_callback([kept, &line] { line.code = audit_trail(*kept, line.commands); });
}

} // namespace gateway::cli
