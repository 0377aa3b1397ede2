// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/command_line.hpp"

#include "fhir/outcome/edit_distance.hpp"
#include "gateway/cli/audit_command.hpp"
#include "gateway/cli/config_check.hpp"
#include "gateway/cli/consent_command.hpp"
#include "gateway/cli/outbox_command.hpp"
#include "gateway/cli/policy_command.hpp"
#include "gateway/cli/store_command.hpp"
#include "gateway/cli/token_command.hpp"
#include "gateway/cli/unknown_command.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <iostream>

namespace gateway::cli
{
namespace
{

constexpr const char* exit_codes =
    "Exit codes: 0 ok, 1 failed, 2 usage, 3 configuration, 4 cannot listen, 5 store.\n"
    "Every command has --help.";

/// Prints all problems; nothing when there are any.
std::optional<settings::Settings> load_or_explain(const std::string& file, const Commands& commands)
{
    auto loaded = settings::load(file, commands.find_system);
    for (const auto& problem : loaded.problems)
        std::fprintf(stderr, "%s: %s\n", problem.where.c_str(), problem.sentence.c_str());
    if (!loaded.problems.empty())
        return std::nullopt;
    return std::move(loaded.settings);
}

int check_config(const std::string& file, const Commands& commands)
{
    const auto loaded = load_or_explain(file, commands);
    if (!loaded)
        return configuration;
    const auto problems = check_files(*loaded);
    for (const auto& problem : problems)
        std::fprintf(stderr, "%s: %s\n", file.c_str(), problem.c_str());
    if (!problems.empty())
        return configuration;
    std::printf("%s is complete; every certificate, key and key set in it can be used.\n%s", file.c_str(),
                describe(*loaded).c_str());
    return ok;
}

int serve(const std::string& file, const Commands& commands)
{
    auto loaded = load_or_explain(file, commands);
    if (!loaded)
        return configuration;
    return commands.serve(std::move(*loaded), [&] { return settings::load(file, commands.find_system); });
}

void add_sandbox(CLI::App& app, SandboxOptions& options, std::string& date)
{
    auto* command =
        app.add_subcommand("sandbox", "Gateway and simulated suppliers in one process, without network");
    command->add_option("--dir", options.dir, "Where certificates, keys and sandbox.json go")
        ->capture_default_str();
    command->add_option("--port", options.port, "FHIR port; management is the next; 0: any free")
        ->capture_default_str();
    command->add_option("--seed", options.seed, "Same seed, same people and slots")->capture_default_str();
    command->add_option("--date", date, "First day of the books, YYYY-MM-DD; default: today");
    command->add_option("--practices", options.practices, "Number of practices")->capture_default_str();
    command->add_option("--threads", options.threads, "Worker threads; 0: one per core")
        ->capture_default_str();
    command->add_flag("--demo", options.demo, "Search and book once before serving");
    command->add_flag("--once", options.once, "End after the demo");
    command->footer("Example: apptgw sandbox --dir /tmp/sandbox --demo");
}

int sandbox(SandboxOptions options, const std::string& date, const Commands& commands)
{
    if (!date.empty()) {
        options.date = fhir::parse_date(date);
        if (!options.date) {
            std::fprintf(stderr, "--date: `%s` is not a date such as 2026-11-23.\n", date.c_str());
            return usage;
        }
    }
    return commands.sandbox(options);
}

/// What `token` was given.
struct TokenRequest
{
    TokenOptions options;
    std::string config_file;
    bool assertion_only = false;
};

void add_token(CLI::App& app, TokenRequest& request)
{
    auto& options = request.options;
    auto* command = app.add_subcommand("token", "Get an access token as a client and print it");
    auto* from = command->add_option_group("Where");
    from->add_option("--url", options.token_url, "Token endpoint: https://HOST/oauth2/token");
    from->add_option("--config", request.config_file, "Or the gateway's settings file, which names it");
    from->require_option(1);
    command->add_option("--client-id", options.client_id, "Name of the client")->required();
    command->add_option("--key,--key-file", options.key_file, "Its private key, PEM")->required();
    command->add_option("--scope", options.scope,
                        "Scopes, separated by spaces; default: all the client may have");
    command->add_option("--ca-file", options.ca_file, "PEM of the authority of the gateway's certificate");
    command->add_flag("--assertion", request.assertion_only,
                      "Print the signed client assertion instead, without asking for a token");
    command->footer("The token stands alone on standard output; what went wrong is said on standard error.\n"
                    "Example: TOKEN=$(apptgw token --url https://localhost:8443/oauth2/token \\\n"
                    "    --client-id northmoor-hub --key northmoor-hub.key --ca-file ca.pem)");
}

int token(TokenRequest request, const Commands& commands)
{
    if (!request.config_file.empty()) {
        const auto loaded = load_or_explain(request.config_file, commands);
        if (!loaded)
            return configuration;
        request.options.token_url = loaded->identity.token_url;
    }
    const auto& clock = adapters::system_clock();
    auto& random = adapters::secure_random();
    const auto printed = request.assertion_only ? make_assertion(request.options, clock, random)
                                                : fetch_token(request.options, clock, random);
    if (!printed) {
        std::fprintf(stderr, "%s\n", printed.error().sentence().c_str());
        return failed;
    }
    std::printf("%s\n", printed->c_str());
    return ok;
}

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

void add_unknown(CLI::App& app, UnknownRequest& request)
{
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
    if (!printed) {
        std::fprintf(stderr, "%s\n", printed.error().sentence().c_str());
        return failed;
    }
    std::printf("%s", printed->c_str());
    return ok;
}

/// What `store rotate-key` was given.
struct StoreRequest
{
    std::string config_file, new_key_file;
};

void add_store(CLI::App& app, StoreRequest& request)
{
    auto& command = *app.add_subcommand("store", "The database's own affairs");
    command.require_subcommand(1);
    auto* rotate = command.add_subcommand("rotate-key", "Seal all that identifies patients with a new key");
    rotate->add_option("--config", request.config_file, "The gateway's settings file")->required();
    rotate->add_option("--new-key-file", request.new_key_file, "Where the new key is written")->required();
    rotate->footer("The gateway must be stopped. Interrupted, nothing has changed: run it again.\n"
                   "Example: apptgw store rotate-key --config /etc/apptgw/apptgw.toml "
                   "--new-key-file /etc/apptgw/store-2027.key");
}

int rotate_store_key(const StoreRequest& request, const Commands& commands)
{
    const auto settings = load_or_explain(request.config_file, commands);
    if (!settings)
        return configuration;
    const auto printed = rotate_key(settings->store, request.new_key_file);
    if (!printed) {
        std::fprintf(stderr, "%s\n", printed.error().sentence().c_str());
        return failed;
    }
    std::printf("%s", printed->c_str());
    return ok;
}

/// What `audit` was given.
struct AuditRequest
{
    AuditOptions options;
    std::string config_file;
    CLI::App* command = nullptr;
};

void add_audit(CLI::App& app, AuditRequest& request)
{
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
}

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
    if (!printed) {
        std::fprintf(stderr, "%s\n", printed.error().sentence().c_str());
        return failed;
    }
    std::printf("%s", printed->c_str());
    return ok;
}

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

void add_practice(CLI::App& app, PolicyRequest& request)
{
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
}

void add_valve(CLI::App& app, PolicyRequest& request)
{
    auto* command = app.add_subcommand("valve", "How much other organisations may book at a practice");
    command->require_subcommand(1);
    add_policy_verb(*command, request, "list", "Every practice with its valve");
    add_valve_verb(*command, request, "open", "As agreed");
    add_valve_verb(*command, request, "limit", "So many an hour");
    add_valve_verb(*command, request, "pause", "None");
}

void add_agreement(CLI::App& app, PolicyRequest& request)
{
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
}

void add_slot_type(CLI::App& app, PolicyRequest& request)
{
    auto* command = app.add_subcommand("slot-type", "What practices call their slots, and what that means");
    command->require_subcommand(1);
    auto* list =
        add_policy_verb(*command, request, "list", "Every name that was seen; in brackets what it may mean");
    list->add_option("practice", request.options.name, "ODS code of the practice; default: all");
    list->add_flag("--unmapped", request.options.unmapped,
                   "Only those that no [[slot_type]] of the practices file maps");
    list->add_flag("--csv", request.options.csv, "For printing and spreadsheets");
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
    if (!printed) {
        std::fprintf(stderr, "%s\n", printed.error().sentence().c_str());
        return failed;
    }
    std::printf("%s", printed->c_str());
    return ok;
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

void add_consent(CLI::App& app, ConsentRequest& request)
{
    auto& options = request.options;
    auto* command =
        app.add_subcommand("consent", "Whom patients want to be hidden from; the NHS number comes "
                                      "on standard input");
    command->require_subcommand(1);
    add_consent_verb(*command, request, "list", "What is recorded for a patient");
    auto* add = add_consent_verb(*command, request, "add", "Records a decision, or the sensitive flag");
    add->add_option("--kind", options.kind, "dissent or sensitive")->required();
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
    if (!printed) {
        std::fprintf(stderr, "%s\n", printed.error().sentence().c_str());
        return failed;
    }
    std::printf("%s", printed->c_str());
    return ok;
}

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

void add_outbox(CLI::App& app, OutboxRequest& request)
{
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
}

int outbox(const OutboxRequest& request, const std::string& verb, const Commands& commands)
{
    const auto settings = load_or_explain(request.config_file, commands);
    if (!settings)
        return configuration;
    const OutboxCommand asked(request.options, *settings, adapters::system_clock(),
                              adapters::secure_random());
    const auto printed = verb == "list" ? asked.list() : verb == "show" ? asked.show() : asked.order(verb);
    if (!printed) {
        std::fprintf(stderr, "%s\n", printed.error().sentence().c_str());
        return failed;
    }
    std::printf("%s", printed->c_str());
    return ok;
}

/// Says plainly which commands there are, and the nearest one to what was typed. Nothing when the first word
/// is a command or an option.
std::string unknown_command(const CLI::App& app, std::string_view word)
{
    std::string names, nearest;
    std::size_t distance = 4; // more changes than that make another word
    for (const CLI::App* command : app.get_subcommands({})) {
        const std::string name = command->get_name();
        if (word == name)
            return {};
        names += (names.empty() ? "" : ", ") + name;
        const auto from_here = fhir::edit_distance(word.substr(0, 32), name);
        const bool begun = word.size() > 1 && name.starts_with(word);
        if (begun || from_here < distance) {
            distance = begun ? 0 : from_here;
            nearest = name;
        }
    }
    if (word.starts_with('-'))
        return {};
    std::string text = word.empty() ? "Say what to do" : "There is no command `" + std::string(word) + "`";
    text += nearest.empty() ? "." : "; did you mean `" + nearest + "`?";
    return text + " Commands: " + names + ". See apptgw --help.";
}

} // namespace

int run_command_line(int argc, char** argv, const Commands& commands)
{
    CLI::App app("apptgw: appointment sharing between GP systems", "apptgw");
    app.require_subcommand(1);
    app.footer(exit_codes);
    std::string file, date;
    SandboxOptions sandbox_options;
    TokenRequest token_request;
    UnknownRequest unknown_request;
    AuditRequest audit_request;
    auto* serve_command = app.add_subcommand("serve", "Run the gateway until it is told to stop");
    serve_command->add_option("--config", file, "The settings file")->required();
    serve_command->footer("Example: apptgw serve --config /etc/apptgw/apptgw.toml");
    add_sandbox(app, sandbox_options, date);
    add_token(app, token_request);
    add_unknown(app, unknown_request);
    add_audit(app, audit_request);
    StoreRequest store_request;
    add_store(app, store_request);
    PolicyRequest policy_request;
    add_practice(app, policy_request);
    add_valve(app, policy_request);
    add_agreement(app, policy_request);
    add_slot_type(app, policy_request);
    ConsentRequest consent_request;
    add_consent(app, consent_request);
    OutboxRequest outbox_request;
    add_outbox(app, outbox_request);
    auto* check = app.add_subcommand("check-config", "Read the configuration and name every problem");
    check->add_option("file", file, "The settings file")->required();
    check->footer("Example: apptgw check-config apptgw.toml");
    app.add_subcommand("version", "Print the version");
    if (const auto problem = unknown_command(app, argc > 1 ? argv[1] : ""); !problem.empty()) {
        std::fprintf(stderr, "apptgw: %s\n", problem.c_str());
        return usage;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? ok : usage;
    }
    const std::string name = app.get_subcommands().front()->get_name();
    if (name == "serve")
        return serve(file, commands);
    if (name == "sandbox")
        return sandbox(sandbox_options, date, commands);
    if (name == "token")
        return token(std::move(token_request), commands);
    if (name == "unknown")
        return unknown(unknown_request, commands);
    if (name == "store")
        return rotate_store_key(store_request, commands);
    if (name == "audit")
        return audit_trail(audit_request, commands);
    if (name == "practice" || name == "valve" || name == "agreement" || name == "slot-type")
        return policy(policy_request, *app.get_subcommands().front(), commands);
    if (name == "consent")
        return consent(consent_request, app.get_subcommands().front()->get_subcommands().front()->get_name(),
                       commands);
    if (name == "outbox")
        return outbox(outbox_request, app.get_subcommands().front()->get_subcommands().front()->get_name(),
                      commands);
    if (name == "check-config")
        return check_config(file, commands);
    std::printf("apptgw %s\n", APPTGW_VERSION);
    return ok;
}

} // namespace gateway::cli
