// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/command_line.hpp"

#include "fhir/outcome/edit_distance.hpp"
#include "gateway/cli/config_check.hpp"
#include "gateway/cli/token_command.hpp"
#include "gateway/cli/words.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace gateway::cli
{
namespace
{

constexpr const char* exit_codes =
    "Exit codes: 0 ok, 1 failed, 2 usage, 3 configuration, 4 cannot listen, 5 store.\n"
    "Every command has --help.";

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

void add_serve(CLI::App& app, Line& line)
{
    const auto file = std::make_shared<std::string>();
    auto* command = app.add_subcommand("serve", "Run the gateway until it is told to stop");
    command->add_option("--config", *file, "The settings file")->required();
    command->footer("Example: apptgw serve --config /etc/apptgw/apptgw.toml");
    command->final_callback([file, &line] { line.code = serve(*file, line.commands); });
}

void add_check(CLI::App& app, Line& line)
{
    const auto file = std::make_shared<std::string>();
    auto* command = app.add_subcommand("check-config", "Read the configuration and name every problem");
    command->add_option("file", *file, "The settings file")->required();
    command->footer("Example: apptgw check-config apptgw.toml");
    command->final_callback([file, &line] { line.code = check_config(*file, line.commands); });
}

/// What `sandbox` was given.
struct SandboxRequest
{
    SandboxOptions options;
    std::string date;
};

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

void add_sandbox(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<SandboxRequest>();
    SandboxOptions& options = kept->options;
    auto* command =
        app.add_subcommand("sandbox", "Gateway and simulated suppliers in one process, without network");
    command->add_option("--dir", options.dir, "Where certificates, keys and sandbox.json go")
        ->capture_default_str();
    command->add_option("--port", options.port, "FHIR port; management is the next; 0: any free")
        ->capture_default_str();
    command->add_option("--seed", options.seed, "Same seed, same people and slots")->capture_default_str();
    command->add_option("--date", kept->date, "First day of the books, YYYY-MM-DD; default: today");
    command->add_option("--practices", options.practices, "Number of practices")->capture_default_str();
    command->add_option("--threads", options.threads, "Worker threads; 0: one per core")
        ->capture_default_str();
    command->add_option("--log-level", options.log_level, "Of the gateway")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
    command->add_flag("--demo", options.demo, "Search and book once before serving");
    command->add_flag("--once", options.once, "End after the demo");
    command->footer("Example: apptgw sandbox --dir /tmp/sandbox --demo");
    command->final_callback([kept, &line] { line.code = sandbox(kept->options, kept->date, line.commands); });
}

/// What `token` was given.
struct TokenRequest
{
    TokenOptions options;
    std::string config_file;
    bool assertion_only = false;
};

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
    return print_or_explain(printed ? fhir::Result<std::string>(*printed + "\n") : printed);
}

void add_token(CLI::App& app, Line& line)
{
    const auto kept = std::make_shared<TokenRequest>();
    TokenRequest& request = *kept;
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
    command->final_callback([kept, &line] { line.code = token(*kept, line.commands); });
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

std::optional<settings::Settings> load_or_explain(const std::string& file, const Commands& commands)
{
    auto loaded = settings::load(file, commands.find_system);
    for (const auto& problem : loaded.problems)
        std::fprintf(stderr, "%s: %s\n", problem.where.c_str(), problem.sentence.c_str());
    if (!loaded.problems.empty())
        return std::nullopt;
    return std::move(loaded.settings);
}

int print_or_explain(const fhir::Result<std::string>& printed)
{
    if (!printed) {
        std::fprintf(stderr, "%s\n", printed.error().sentence().c_str());
        return failed;
    }
    std::printf("%s", printed->c_str());
    return ok;
}

int run_command_line(int argc, char** argv, const Commands& commands)
{
    CLI::App app("apptgw: appointment sharing between GP systems", "apptgw");
    app.require_subcommand(1);
    app.footer(exit_codes);
    Line line{commands};
    add_serve(app, line);
    add_sandbox(app, line);
    add_token(app, line);
    add_unknown(app, line);
    add_audit(app, line);
    add_store(app, line);
    add_practice(app, line);
    add_valve(app, line);
    add_agreement(app, line);
    add_slot_type(app, line);
    add_consent(app, line);
    add_outbox(app, line);
    add_calendar(app, line);
    add_check(app, line);
    app.add_subcommand("version", "Print the version")->final_callback([] {
        std::printf("apptgw %s\n", APPTGW_VERSION);
    });
    if (const auto problem = unknown_command(app, argc > 1 ? argv[1] : ""); !problem.empty()) {
        std::fprintf(stderr, "apptgw: %s\n", problem.c_str());
        return usage;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? ok : usage;
    }
    return line.code;
}

} // namespace gateway::cli
