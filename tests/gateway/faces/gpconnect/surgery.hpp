// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/registry.hpp"
#include "adapters/simulation/host.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "fhir/codec/json_value.hpp"
#include "gateway/booking/service_factory.hpp"
#include "gateway/faces/gpconnect/interactions.hpp"
#include "gateway/faces/gpconnect_face.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/memory_consents.hpp"
#include "tests/support/no_limits.hpp"
#include "tests/support/practice_seed.hpp"
#include "tests/support/sqlite_fixture.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// One practice on a simulated system, the real search and booking in front of it, and the GP Connect face:
/// what a GP Connect consumer meets, in memory. tests/support/practice_seed.hpp says who and what is there.
/// All patients are linked where the system wants that, but for the one whose number the option `unlinked`
/// gives.
namespace tests::gpc
{

using fhir::codec::JsonValue;

inline constexpr std::string_view consumer_asid = "900000000921";
inline constexpr std::string_view practice_asid = "900000000100";
inline constexpr std::string_view certificate = "aa11";

/// An answer of the face, its body as STU3 JSON whatever format it came in.
struct Reply
{
    unsigned status = 0;
    fhir::rest::Headers headers;
    std::string text; ///< as it came
    JsonValue body;   ///< null when there is none, or when it is not FHIR

    /// `issue/0/details/coding/0/code`; numbers as they are written, objects as JSON, empty when absent.
    std::string at(std::string_view path) const;
    /// `422 INVALID_RESOURCE`; of an answer without an OperationOutcome only its status.
    std::string outcome() const;
    /// Resources of that type in a Bundle.
    std::vector<JsonValue> entries(std::string_view type) const;
};

std::string text_at(const JsonValue& value, std::string_view path);

using Fields = std::vector<std::pair<std::string, std::string>>;
enum class Format
{
    json,
    xml
};

class Surgery
{
public:
    explicit Surgery(std::string_view system = "gpconnect", Format format = Format::json,
                     std::map<std::string, std::string> options = {},
                     const std::function<void(adapters::simulation::PracticeSeed&)>& change = {});
    ~Surgery();

    /// A valid request of that interaction (`rest:search:slot-1`), with headers replaced (an empty value:
    /// left out) and a token whose payload `change` may spoil.
    Reply send(std::string method, std::string path, std::string_view interaction,
               const JsonValue* body = nullptr, Fields headers = {});
    Reply get(std::string path, std::string_view interaction, Fields headers = {});
    Reply post(const JsonValue& appointment, Fields headers = {});
    /// All of them on their way before any is answered; the answers in the order they came.
    std::vector<Reply> post_at_once(const std::vector<JsonValue>& appointments);
    Reply amend(const std::string& id, const JsonValue& appointment, Fields headers = {});
    Reply cancel(const std::string& id, const JsonValue& appointment, Fields headers = {});
    /// Exactly these bytes, with valid headers for that interaction.
    Reply raw(std::string method, std::string target, std::string_view interaction, std::string body,
              Fields headers);

    std::string token(std::string_view scope) const;
    std::string token(std::string_view scope, const std::function<void(JsonValue&)>& change) const;

    /// Every slot search that is valid, for these days.
    Reply slots(std::string_view start = "ge2026-11-24", std::string_view end = "le2026-11-27",
                std::string_view more = {});
    /// The n-th patient's id on this face.
    std::string patient(std::size_t n = 0);
    /// A booking of these free slots (of the list that `slots()` gives), for the first patient, as a consumer
    /// would send it.
    JsonValue wanted(std::vector<std::size_t> slots = {0}, std::size_t who = 0);
    /// wanted() booked, as the answer shows it.
    JsonValue booked(std::vector<std::size_t> slots = {0}, std::size_t who = 0);
    const std::vector<JsonValue>& free_slots();

    bool shows_channel() const { return system_.capabilities.delivery_channel; }

    std::string root = "/Z90001/STU3/1/gpconnect/fhir/";
    FakeClock clock;
    adapters::simulation::PracticeSeed seed;
    std::optional<std::string> certificate_sent = std::string(certificate);
    adapters::simulation::SimulatorHost& host() { return *host_; }
    gateway::faces::GpConnectSettings settings;
    void restart_face();
    /// What stands behind the face.
    gateway::booking::SettlingService& booking() { return *booking_; }
    /// Limits nothing until it is told to.
    gateway::limits::Limiter& limiter() { return limiter_; }
    const gateway::observability::Metrics& metrics() const { return metrics_; }
    gateway::search::FederatedSearch& search() { return *search_; }
    gateway::policy::Consents& consents() { return consents_; }
    boost::asio::io_context& context() { return context_; }

private:
    void open_practice();
    fhir::rest::Request request_of(std::string method, std::string target, std::string_view interaction,
                                   std::string body, Fields headers) const;
    Reply reply_of(fhir::rest::Response response) const;
    std::string in_format(const JsonValue& body) const;

    const adapters::SupplierSystem& system_;
    Format format_;
    FakeRandom random_;
    gateway::observability::Metrics metrics_;
    gateway::limits::Limiter limiter_{no_limits(), metrics_};
    boost::asio::io_context context_{1};
    SqliteFixture database_;
    std::unique_ptr<adapters::simulation::SimulatorHost> host_;
    std::shared_ptr<const gateway::policy::Directory> directory_;
    MemoryConsents kept_consents_;
    gateway::policy::Consents consents_{{kept_consents_, [this] { return directory_; }, clock, random_}};
    std::unique_ptr<gateway::store::Store> store_;
    std::unique_ptr<gateway::search::FederatedSearch> search_;
    std::unique_ptr<gateway::search::PracticePatients> patients_;
    std::unique_ptr<gateway::booking::SettlingService> booking_;
    std::unique_ptr<gateway::http::Handler> face_;
    std::vector<JsonValue> free_;
};

/// A kind of system behind the face, and the format of requests and answers.
struct Conversation
{
    std::string_view system;
    Format format = Format::json;
};
std::string name_of(const testing::TestParamInfo<Conversation>& info);
void PrintTo(const Conversation& each, std::ostream* out);

/// A member or item of a tree, made where it is not there: `participant/0/status`.
JsonValue& member(JsonValue& tree, std::string_view path);
void drop(JsonValue& tree, std::string_view path);
JsonValue parsed(std::string_view json);
/// FHIR XML of FHIR JSON, element by element in the order given.
std::string to_xml(const JsonValue& resource);

} // namespace tests::gpc
