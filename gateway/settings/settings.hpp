// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"
#include "adapters/upstream/upstream.hpp"
#include "gateway/http/server.hpp"
#include "gateway/identity/identity_settings.hpp"
#include "gateway/identity/spine_consumers.hpp"
#include "gateway/limits/limit_settings.hpp"
#include "gateway/messages/carrier_settings.hpp"
#include "gateway/observability/log.hpp"
#include "gateway/policy/directory.hpp"
#include "gateway/policy/policy_table.hpp"
#include "gateway/search/federated_search.hpp"
#include "gateway/slot_types/slot_type.hpp"
#include "gateway/workflow/rung.hpp"
#include "gateway/workflow/task_kinds.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gateway::settings
{

/// One practice of the practices file, everything its adapter and connection need.
struct Practice
{
    adapters::PracticeConfig config; ///< ods, name, supplier settings, limits
    std::string system;
    std::string phone;
    adapters::upstream::Endpoint endpoint;
    std::optional<adapters::PatientLink> search_identity;
    std::string asid = {}; ///< by which GP Connect consumers call it; empty: they may use any
    policy::SessionPatterns public_sessions = {}; ///< empty: none is published
    bool deliver_tasks = false;                   ///< tasks are also put into its own system
};

struct StoreSettings
{
    std::string path;
    std::string key_file;
};

struct BookingSettings
{
    std::chrono::milliseconds answer_limit{
        10000}; ///< a write without an outcome by then is answered 504 and settled
    std::chrono::milliseconds settle_every{1000};     ///< how often open intents are looked at
    std::int64_t settle_attempts = 20;                ///< read-backs before a person must look
    std::chrono::hours idempotency_lifetime{24 * 7};  ///< how long a key answers as at first
    std::chrono::milliseconds hold_lifetime{300000};  ///< how long a slot is held for whoever asked
    std::chrono::milliseconds offer_lifetime{900000}; ///< how long a slot is kept for whoever waits for it
    std::chrono::milliseconds waitlist_every{60000};  ///< between looks for what became free
    std::size_t waitlist_quota = 200;                 ///< most appointments of one organisation that wait
    std::size_t hold_quota = 50;                      ///< most slots one organisation may hold at a time
    std::chrono::milliseconds watch_every{
        300000};                  ///< how often a practice's book is looked through; 0: never
    std::size_t watch_calls = 30; ///< most calls to a practice in one such look
};

/// The listener for GP Connect consumers, whom their client certificates prove.
struct GpConnectListener
{
    bool offered = false;
    http::ListenerSettings listener;
    std::string public_origin; ///< `https://gateway.example.net:8445`
    bool if_match_required = false;
    std::vector<identity::SpineConsumer> consumers;
};

struct BarsSettings
{
    std::chrono::milliseconds answer_limit{4800}; ///< of every call; senders give up after 5 s
    std::vector<std::string> proxy_certificates;  ///< SHA-256 of client certificates that vouch for senders
};

struct WorkflowSettings
{
    workflow::ServiceLevel referral_due = workflow::row_of(workflow::TaskKind::referral).due;
    std::string team = "Appointments";               ///< that holds what the gateway raises
    std::chrono::milliseconds escalate_every{30000}; ///< how often late tasks are looked for
    std::vector<workflow::Rung> ladder;
};

/// How subscribers are told of events.
struct NotifySettings
{
    std::string ca_file;
    bool private_addresses = false;
    std::size_t subscriptions_per_client = 100;
    std::chrono::milliseconds first_pause{1000};
    std::chrono::hours give_up_after{24};
    std::chrono::hours keep{24 * 7};
    std::int64_t replays_per_minute = 1000;
};

struct AuditSettings
{
    std::string node = "node-a";
    std::string signing_key_file;
    std::optional<std::chrono::hours> keep; ///< unset: for ever
};

struct LogSettings
{
    observability::Level level = observability::Level::info;
};

/// Everything that can be configured, checked and complete: paths absolute, secrets read from their files.
struct Settings
{
    http::ListenerSettings server;
    http::ListenerSettings management;
    std::string public_base_url; ///< `https://gateway.example.net/fhir/R4`
    unsigned threads = 0;        ///< 0: one per core
    std::chrono::milliseconds drain{20000};
    StoreSettings store;
    search::SearchSettings search;
    BookingSettings booking;
    identity::IdentitySettings identity; ///< with the clients of the practices file
    GpConnectListener gpconnect;
    BarsSettings bars;
    WorkflowSettings workflow;
    NotifySettings notify;
    messages::MessageSettings messages;
    AuditSettings audit;
    limits::LimitSettings limits;
    LogSettings log;
    std::vector<Practice> practices;
    std::vector<policy::Federation> federations;
    std::vector<policy::Area> areas;
    std::vector<policy::Agreement> agreements;
    std::vector<policy::Valve> valves;
    std::vector<policy::PolicyTable> policy_tables; ///< areas, agreements and valves as they are written
    std::vector<policy::BookableService> services;
    std::vector<slot_types::SlotType> slot_types;
    /// What holds until the next start, as the files have it: `[server] port`, `practice A81001`.
    std::map<std::string, std::string> fixed;
};

/// One thing wrong with a file, fit to be shown as it is.
struct Problem
{
    std::string where;    ///< `apptgw.toml:12:3`, or the name of an environment variable
    std::string sentence; ///< what is wrong, what is expected, an example
};

struct Loaded
{
    Settings settings;             ///< complete only when there are no problems
    std::vector<Problem> problems; ///< all of them, in order of the files
};

/// Finds a supplier system by name; see adapters::find_supplier_system. nullptr leaves supplier settings
/// unchecked.
using FindSystem = const adapters::SupplierSystem* (*)(std::string_view name);

/// Reads the file, the practices file it names, and `APPTGW_SECTION_KEY` variables of the process, which win
/// over the file.
Loaded load(const std::string& file, FindSystem find_system);
/// From text instead of a file. `name`: for messages; `directory`: what relative paths are relative to;
/// `environment`: `NAME=value`.
Loaded load_text(std::string_view text, const std::string& name, const std::string& directory,
                 const std::vector<std::string>& environment, FindSystem find_system);

} // namespace gateway::settings
