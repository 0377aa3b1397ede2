// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/fhir_r4/world.hpp"

#include "adapters/fhir_r4/simulator_rules.hpp"
#include "adapters/oauth/assertion.hpp"

#include <fstream>
#include <sstream>

namespace tests::fhir_r4
{

namespace
{

adapters::simulation::PracticeSeed seed_with(Options options)
{
    auto seed = practice_seed();
    seed.options = std::move(options);
    return seed;
}

} // namespace

adapters::Awaitable<fhir::Result<Response>> Between::send(adapters::upstream::Call call)
{
    calls.push_back(call.request);
    const auto request = call.request;
    auto response = co_await far_.send(std::move(call));
    if (response && spoil)
        spoil(request, *response);
    co_return response;
}

Response answer(unsigned status, std::string_view body, std::string_view content_type)
{
    Response response;
    response.status = status;
    if (!content_type.empty())
        response.headers.set("Content-Type", std::string(content_type));
    response.body.append(body);
    return response;
}

void substitute(Response& response, std::string_view from, std::string_view to)
{
    std::string body(response.body.view());
    for (auto at = body.find(from); at != std::string::npos; at = body.find(from, at + to.size()))
        body.replace(at, from.size(), to);
    response.body.clear();
    response.body.append(body);
}

JsonValue json(const Response& response)
{
    auto tree = fhir::codec::parse_json(response.body.view());
    EXPECT_TRUE(tree) << response.body.view();
    return tree ? std::move(*tree) : JsonValue::object();
}

std::string text(const JsonValue& tree)
{
    return fhir::codec::to_json(tree);
}

std::string data_text(const std::string& name)
{
    std::ifstream file(std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/fhir_r4/data/" + name);
    EXPECT_TRUE(file) << name;
    std::stringstream all;
    all << file.rdbuf();
    return all.str();
}

World::World(Options options, Options settings)
    : seed(seed_with(std::move(options))),
      host([&](const adapters::Clock& skewed) { return r4::make_simulator(seed, skewed, random); }, clock,
           random, seed.ods),
      far(host, "/fhir/R4/"), between(far)
{
    auto all = host.simulator().client_settings();
    for (const auto& [name, value] : settings)
        all[name] = value;
    const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed.ods).value(), seed.name, all,
                                            std::chrono::milliseconds(300), std::chrono::milliseconds(300)};
    adapter = r4::make_adapter(practice, between, clock, random);
}

adapters::FindSlots World::whole_month() const
{
    return {{clock.now(), clock.now() + std::chrono::days(28)}, hub_provenance(), std::nullopt};
}

fhir::Result<adapters::FoundSlots> World::find()
{
    return run(adapter->find_slots(whole_month()));
}

adapters::OfferedSlot World::slot(const std::string& key)
{
    const auto found = find();
    if (found)
        for (const auto& each : found->slots)
            if (each->id() == "Z90001." + key)
                return each->offered();
    ADD_FAILURE() << "slot " << key << " is not offered";
    return {};
}

adapters::BookAppointment World::order(const std::vector<std::string>& keys)
{
    adapters::BookAppointment booking{hub_provenance(), patient(),  {}, "Review of inhaler", "",
                                      "01632960114",    clock.now()};
    for (const auto& key : keys)
        booking.slots.push_back(slot(key));
    return booking;
}

fhir::Result<adapters::SupplierAppointment> World::book(const std::vector<std::string>& keys)
{
    return run(adapter->book(order(keys)));
}

fhir::Result<adapters::SupplierAppointment> World::cancel(const adapters::SupplierAppointment& appointment,
                                                          std::size_t who)
{
    return run(adapter->cancel({hub_provenance(), patient(who), appointment, "Recovered"}));
}

fhir::Result<adapters::SupplierAppointment> World::amend(const adapters::SupplierAppointment& appointment,
                                                         std::string description, std::string comment)
{
    return run(adapter->amend(
        {hub_provenance(), patient(), appointment, std::move(description), std::move(comment)}));
}

fhir::Result<adapters::SupplierAppointment> World::read(const std::string& key, std::size_t who)
{
    return run(adapter->read_appointment({hub_provenance(), patient(who), key}));
}

fhir::Result<std::vector<adapters::SupplierAppointment>> World::list(std::size_t who)
{
    return run(adapter->list_appointments({hub_provenance(), patient(who), whole_month().window}));
}

adapters::simulation::BookRow World::row(const std::string& key) const
{
    for (auto& each : host.book())
        if (each.slot_key == key)
            return each;
    ADD_FAILURE() << "no slot " << key;
    return {};
}

void World::fault(adapters::simulation::Fault::Kind which, const std::string& path, bool writes_only)
{
    adapters::simulation::Fault fault;
    fault.kind = which;
    fault.path_contains = path;
    fault.writes_only = writes_only;
    host.set_faults({fault});
}

std::vector<Request> World::sent(std::string_view method, std::string_view target) const
{
    std::vector<Request> found;
    for (const auto& call : between.calls)
        if (call.method == method && call.target.starts_with(target))
            found.push_back(call);
    return found;
}

Server::Server(Options options) : simulator(r4::make_simulator(seed_with(options), clock, random))
{
    if (options.contains("auth"))
        return;
    auto wanted =
        request("POST", "auth/token",
                "grant_type=client_credentials&scope=" + fhir::rest::percent_encode(r4::server::scope),
                "application/x-www-form-urlencoded");
    wanted.headers.set("Authorization",
                       adapters::oauth::basic_credentials(r4::server::client_id, r4::server::client_secret));
    token = adapters::text_of(json(send(wanted)), "access_token");
}

Request Server::request(const std::string& method, const std::string& target, const std::string& body,
                        const std::string& type) const
{
    Request request;
    request.method = method;
    request.target = "/Z90001/fhir/R4/" + target;
    request.body = body;
    if (!type.empty())
        request.headers.set("Content-Type", type);
    if (!token.empty())
        request.headers.set("Authorization", "Bearer " + token);
    return request;
}

Response Server::send(Request request)
{
    return simulator->handle(request);
}

Response Server::get(const std::string& target)
{
    return send(request("GET", target));
}

Response Server::post(const std::string& target, const std::string& body, const std::string& type)
{
    return send(request("POST", target, body, type));
}

std::string verdict(const Response& response)
{
    const auto tree = fhir::codec::parse_json(response.body.view());
    const auto code = tree ? std::string(adapters::view_at(*tree, {"issue", "code"})) : std::string();
    return std::to_string(response.status) + (code.empty() ? "" : " " + code);
}

JsonValue booking()
{
    return *fhir::codec::parse_json(R"({
        "resourceType": "Appointment",
        "identifier": [{"system": "https://apptgw.example/id/booking", "value": "b-1"}],
        "status": "booked", "description": "Review",
        "start": "2026-11-24T09:00:00Z", "end": "2026-11-24T09:10:00Z",
        "slot": [{"reference": "Slot/880011"}],
        "participant": [{"actor": {"reference": "Patient/pt-2001"}, "status": "accepted"}]})");
}

} // namespace tests::fhir_r4
