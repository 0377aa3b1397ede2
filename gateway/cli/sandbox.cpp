// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox.hpp"

#include "adapters/simulation/spread.hpp"
#include "adapters/transport/certificates.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/rest/message.hpp"
#include "gateway/app.hpp"
#include "gateway/cli/sandbox_config.hpp"
#include "gateway/cli/sandbox_demo.hpp"
#include "gateway/cli/sandbox_facts.hpp"
#include "gateway/cli/sandbox_files.hpp"
#include "gateway/cli/sandbox_notify.hpp"
#include "gateway/cli/sandbox_simulators.hpp"
#include "gateway/cli/sandbox_world.hpp"
#include "gateway/identity/keys.hpp"
#include "gateway/policy/consents.hpp"
#include "gateway/settings/settings.hpp"
#include "gateway/store/records.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>

namespace gateway::cli
{

namespace
{

using fhir::Result;
using fhir::codec::JsonValue;

constexpr std::chrono::hours token_lifetime{12};

/// "Now" in the sandbox's world: the real time of day, on the day it was asked to begin with.
class SandboxClock : public adapters::Clock
{
public:
    explicit SandboxClock(std::optional<fhir::Date> first_day)
    {
        if (!first_day)
            return;
        const auto real = adapters::system_clock().now();
        shift_ = std::chrono::sys_days(*first_day) - std::chrono::sys_days(fhir::uk_date(real));
        // Close to midnight the same hour can lie on another UK day where the clocks differ.
        const auto day = std::chrono::sys_days(fhir::uk_date(real + shift_));
        if (day != std::chrono::sys_days(*first_day))
            shift_ += std::chrono::hours(day < std::chrono::sys_days(*first_day) ? 1 : -1);
    }
    fhir::Instant now() const override { return adapters::system_clock().now() + shift_; }

private:
    std::chrono::milliseconds shift_{0};
};

JsonValue client_entry(const SandboxConsumer& consumer, const SandboxFiles& files, const std::string& token)
{
    return JsonValue::object({{"client_id", consumer.client_id},
                              {"ods", consumer.ods},
                              {"name", consumer.name},
                              {"key_file", files.client_key(consumer.client_id)},
                              {"scope", consumer.scope},
                              {"token", token}});
}

JsonValue practice_entry(const SandboxPractice& practice, const std::string& control_base)
{
    return JsonValue::object({{"ods", practice.seed.ods},
                              {"name", practice.seed.name},
                              {"system", practice.system},
                              {"control_url", control_base + "/" + practice.seed.ods}});
}

JsonValue strings(const std::vector<std::string>& texts)
{
    return JsonValue::array({texts.begin(), texts.end()});
}

JsonValue federation_entry(const SandboxShare& federation)
{
    return JsonValue::object({{"name", federation.name},
                              {"practices", strings(federation.practices)},
                              {"consumers", strings(federation.consumers)}});
}

JsonValue service_entry(const SandboxService& service)
{
    return JsonValue::object({{"id", service.id},
                              {"name", service.name},
                              {"practices", strings(service.practices)},
                              {"referrals", service.referrals}});
}

JsonValue patient_entry(const SandboxPatient& patient)
{
    return JsonValue::object({{"nhs_number", patient.person.nhs_number},
                              {"family", patient.person.family},
                              {"given", patient.person.given},
                              {"birth_date", fhir::to_text(patient.person.birth_date)},
                              {"gender", patient.person.gender},
                              {"phone", patient.person.phone},
                              {"practice", patient.practice},
                              {"newcomer", patient.newcomer}});
}

/// Everything that runs, in the order in which it is built.
class Sandbox
{
public:
    explicit Sandbox(const SandboxOptions& options)
        : options_(options), clock_(options.date), today_(fhir::uk_date(clock_.now())),
          world_(make_sandbox_world(options.seed, today_, options.practices)),
          gpconnect_(make_sandbox_gpconnect(today_)), files_(options.dir), random_(options.seed),
          simulators_(world_, gpconnect_, clock_, random_)
    {}

    std::expected<void, StartFailure> start();
    Result<void> write_facts();
    DemoFacts demo_facts() const;
    void print_banner() const;
    void reload();
    void stop() { app_->stop(); }

private:
    std::expected<settings::Settings, StartFailure> settings(std::uint16_t suppliers);
    settings::Loaded load_files() const;
    std::vector<store::LinkRecord> patient_links();
    std::vector<policy::ConsentChange> consents() const;

    /// The simulators' dice: the same for the same seed.
    class SeededRandom : public adapters::Random
    {
    public:
        explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
        std::uint64_t next() override
        {
            return adapters::simulation::mixed(state_.fetch_add(0x9e3779b97f4a7c15));
        }

    private:
        std::atomic<std::uint64_t> state_;
    };

    SandboxOptions options_;
    SandboxClock clock_;
    fhir::Date today_;
    SandboxWorld world_;
    SandboxGpConnect gpconnect_;
    SandboxFiles files_;
    SeededRandom random_;
    SandboxSimulators simulators_;
    std::string control_base_;
    std::string fhir_base_;
    std::string management_url_;
    std::string gpconnect_origin_;
    std::string gpconnect_r4_token_;
    std::vector<std::string> tokens_;
    std::unique_ptr<App> app_;
};

std::expected<void, StartFailure> Sandbox::start()
{
    constexpr int failed = 1, cannot_listen = 4;
    if (auto written = files_.write_keys(world_, gpconnect_); !written)
        return std::unexpected(StartFailure{failed, written.error()});

    http::TlsSettings tls = files_.server_tls();
    tls.client_certificates = http::ClientCertificates::optional; // the control interface asks for none
    const auto port = simulators_.listen(std::move(tls));
    if (!port)
        return std::unexpected(StartFailure{cannot_listen, port.error()});
    control_base_ = fmt::format("https://localhost:{}/control", *port);

    auto read = settings(*port);
    if (!read)
        return std::unexpected(read.error());
    auto app = App::make(std::move(*read), clock_);
    if (!app)
        return std::unexpected(app.error());
    app_ = std::move(*app);
    if (auto kept = app_->keep_patient_links(patient_links()); !kept)
        return std::unexpected(StartFailure{failed, kept.error()});
    if (auto kept = app_->keep_consents(consents()); !kept)
        return std::unexpected(StartFailure{failed, kept.error()});
    for (const auto& consumer : world_.consumers) {
        auto token = app_->mint_token(consumer.client_id, token_lifetime);
        if (!token)
            return std::unexpected(StartFailure{failed, token.error()});
        tokens_.push_back(std::move(*token));
    }
    auto token = app_->mint_token(gpconnect_.r4_client.client_id, token_lifetime);
    if (!token)
        return std::unexpected(StartFailure{failed, token.error()});
    gpconnect_r4_token_ = std::move(*token);
    app_->start();
    return {};
}

/// What `apptgw serve` would read of the same files; variables of the environment are left out, so that the
/// sandbox is always the same.
std::expected<settings::Settings, StartFailure> Sandbox::settings(std::uint16_t suppliers)
{
    constexpr int failed = 1, configuration_wrong = 3;
    const std::uint16_t fhir_port = options_.port ? options_.port : free_port();
    const std::uint16_t management_port =
        options_.port ? static_cast<std::uint16_t>(options_.port + 1) : free_port();
    const std::uint16_t gpconnect_port =
        options_.port ? static_cast<std::uint16_t>(options_.port + 2) : free_port();
    if (auto written = write_sandbox_config(
            files_, world_, gpconnect_, simulators_,
            {fhir_port, management_port, suppliers, gpconnect_port, options_.threads, options_.log_level});
        !written)
        return std::unexpected(StartFailure{failed, written.error()});
    auto loaded = load_files();
    if (!loaded.problems.empty())
        return std::unexpected(
            StartFailure{configuration_wrong,
                         fhir::Error(fhir::ErrorKind::internal, loaded.problems.front().where + ": " +
                                                                    loaded.problems.front().sentence)});
    fhir_base_ = loaded.settings.public_base_url;
    management_url_ = fmt::format("https://localhost:{}", management_port);
    gpconnect_origin_ = loaded.settings.gpconnect.public_origin;
    return std::move(loaded.settings);
}

/// Every patient but the newcomers is linked at every practice whose system asks for it, as after a year of
/// use.
std::vector<store::LinkRecord> Sandbox::patient_links()
{
    std::vector<store::LinkRecord> links;
    const auto link = [&](const SandboxPractice& known, const SandboxPatient& patient) {
        const std::string& number = patient.person.nhs_number;
        if (patient.newcomer)
            return;
        if (auto credential = simulators_.host(known.seed.ods).simulator().link_credential(number);
            !credential.empty())
            links.push_back({known.seed.ods, number, std::move(credential)});
    };
    for (const auto& known : world_.practices) {
        for (const auto& patient : world_.patients)
            link(known, patient);
        for (const auto& hidden : world_.hidden)
            link(known, hidden.patient);
    }
    return links;
}

std::vector<policy::ConsentChange> Sandbox::consents() const
{
    std::vector<policy::ConsentChange> changes;
    for (const auto& hidden : world_.hidden) {
        policy::Consent wanted{.patient = fhir::NhsNumber::parse(hidden.patient.person.nhs_number).value()};
        wanted.kind = policy::parse_consent_kind(hidden.kind).value();
        wanted.custodian = fhir::OdsCode::parse(hidden.at);
        wanted.organisation = fhir::OdsCode::parse(hidden.from_whom);
        wanted.reason = hidden.kind == "sensitive" ? "national-flag" : "patient-request";
        changes.push_back({std::move(wanted), {}, "sandbox", "sandbox"});
    }
    return changes;
}

Result<void> Sandbox::write_facts()
{
    const std::string origin(fhir::rest::origin_of(fhir_base_));
    JsonValue facts = JsonValue::object({{"fhir_base", fhir_base_},
                                         {"bars_base", origin + "/bars/FHIR/R4"},
                                         {"management_url", management_url_},
                                         {"ca_file", files_.ca()},
                                         {"config_file", files_.config()}});
    std::vector<JsonValue> clients, desks, practices, federations, services, patients;
    for (std::size_t i = 0; i < world_.consumers.size(); ++i)
        (world_.consumers[i].practice ? desks : clients)
            .push_back(client_entry(world_.consumers[i], files_, tokens_[i]));
    for (const auto& known : world_.practices)
        practices.push_back(practice_entry(known, control_base_));
    for (const auto& federation : world_.federations)
        federations.push_back(federation_entry(federation));
    for (const auto& service : world_.services)
        services.push_back(service_entry(service));
    for (const auto& patient : world_.patients)
        patients.push_back(patient_entry(patient));
    std::vector<JsonValue> hidden;
    for (const auto& each : world_.hidden) {
        auto entry = patient_entry(each.patient);
        entry.set("kind", each.kind);
        entry.set("at", each.at);
        entry.set("from_whom", each.from_whom);
        hidden.push_back(std::move(entry));
    }
    facts.set("hidden_patients", JsonValue::array(std::move(hidden)));
    facts.set("clients", JsonValue::array(std::move(clients)));
    facts.set("practice_clients", JsonValue::array(std::move(desks)));
    facts.set("practices", JsonValue::array(std::move(practices)));
    facts.set("federations", JsonValue::array(std::move(federations)));
    facts.set("services", JsonValue::array(std::move(services)));
    facts.set("patients", JsonValue::array(std::move(patients)));
    facts.set("gpconnect",
              gpconnect_facts(gpconnect_, files_, {gpconnect_origin_, control_base_, gpconnect_r4_token_}));
    if (auto written = files_.write("gpconnect-token.sh", gpconnect_token_script(gpconnect_)); !written)
        return written;
    facts.set("receiver", JsonValue::object({{"script_file", files_.path(receiver_script_name)},
                                             {"certificate_file", files_.path("receiver.pem")},
                                             {"key_file", files_.path("receiver.key")},
                                             {"subscription_file", files_.path(subscription_file_name)}}));
    if (auto written = files_.write(std::string(receiver_script_name), receiver_script()); !written)
        return written;
    if (auto written = files_.write(std::string(subscription_file_name), subscription_text(origin)); !written)
        return written;
    return files_.write_atomically("sandbox.json", to_json(facts, true));
}

DemoFacts Sandbox::demo_facts() const
{
    DemoFacts facts{fhir_base_,
                    control_base_,
                    files_.ca(),
                    tokens_.front(),
                    world_.consumers.front().name,
                    world_.patients.front().person.nhs_number,
                    world_.patients.front().person.given + " " + world_.patients.front().person.family,
                    clock_.now(),
                    {}};
    for (const auto& known : world_.practices)
        facts.practices[known.seed.ods] = {known.seed.name, known.system};
    return facts;
}

void Sandbox::print_banner() const
{
    const auto tomorrow = fhir::Date(std::chrono::sys_days(today_) + std::chrono::days(1));
    const auto later = fhir::Date(std::chrono::sys_days(today_) + std::chrono::days(4));
    fmt::print("\napptgw {} sandbox: {} practices, {} patients, all invented\n\n", APPTGW_VERSION,
               world_.practices.size(), world_.patients.size());
    fmt::print("  FHIR R4        {}\n  management     {}/metrics\n  facts, tokens  {}\n\n", fhir_base_,
               management_url_, files_.path("sandbox.json"));
    fmt::print(
        "Try it:\n\n  curl --cacert {} -H \"Authorization: Bearer $(jq -r '.clients[0].token' {})\" \\\n"
        "    '{}/Slot?status=free&start=ge{}&start=lt{}&_count=3&_pretty=true'\n\n",
        files_.ca(), files_.path("sandbox.json"), fhir_base_, fhir::to_text(tomorrow), fhir::to_text(later));
    fmt::print("{}{}", notify_banner(files_, fhir_base_),
               gpconnect_banner(gpconnect_, files_, gpconnect_origin_));
    fmt::print("Ctrl-C stops it.\n");
    std::fflush(stdout);
}

settings::Loaded Sandbox::load_files() const
{
    const auto text = identity::read_text_file(files_.config(), false);
    if (text)
        return settings::load_text(*text, "apptgw.toml", files_.path(""), {}, adapters::find_supplier_system);
    settings::Loaded loaded;
    loaded.problems.push_back({files_.config(), text.error().sentence()});
    return loaded;
}

void Sandbox::reload()
{
    gateway::reload(*app_, [this] { return load_files(); });
}

} // namespace

int run_sandbox(const SandboxOptions& options)
{
    const Signals signals;
    Sandbox sandbox(options);
    if (const auto started = sandbox.start(); !started) {
        fmt::print(stderr, "apptgw: {}\n", started.error().error.sentence());
        return started.error().exit_code;
    }
    const auto written = sandbox.write_facts();
    const auto shown = written && (options.demo || options.once) ? show_demo(sandbox.demo_facts()) : written;
    if (!shown)
        fmt::print(stderr, "apptgw: {}\n", shown.error().sentence());
    if (shown && !options.once) {
        sandbox.print_banner();
        signals.wait([&] { sandbox.reload(); });
    }
    sandbox.stop();
    return shown ? 0 : 1;
}

} // namespace gateway::cli
