// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/identity/api_door.hpp"

#include "fhir/codec/json_value.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/workflow/service_factory.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_booking.hpp"
#include "tests/support/fake_federation.hpp"
#include "tests/support/memory_tasks.hpp"

namespace tests
{

namespace
{

constexpr const char* booking =
    R"({"resourceType":"Appointment","status":"booked","slot":[{"reference":"Slot/A11111.1"}],)"
    R"("start":"2026-11-24T09:00:00Z","end":"2026-11-24T09:10:00Z","participant":[{"actor":{"type":"Patient",)"
    R"("identifier":{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9990000018"}},"status":"accepted"}]})";

/// `token-invalid`, or what else the body is.
std::string outcome_code(std::string_view body)
{
    const auto json = fhir::codec::parse_json(body);
    const auto* type = json ? json->find("resourceType") : nullptr;
    if (!type || !type->is_string() || type->text() != "OperationOutcome")
        return "no OperationOutcome";
    const auto* details = json->find("issue")->items().front().find("details");
    return details->find("coding")->items().front().find("code")->text();
}

} // namespace

struct ApiDoor::Parts
{
    Parts(gateway::identity::Identity& identity, const adapters::Clock& clock, adapters::Random& random)
        : tasks(gateway::workflow::make_task_service({task_store, clock, random},
                                                     {"https://gateway.example.net/fhir/R4"})),
          face(gateway::faces::make_r4_face({.identity = identity,
                                             .search = search,
                                             .patients = patients,
                                             .booking = booking_service,
                                             .tasks = *tasks,
                                             .directory = {},
                                             .clock = clock,
                                             .random = random,
                                             .metrics = metrics,
                                             .health = {},
                                             .settings = {"https://gateway.example.net/fhir/R4", "0.1.0"}}))
    {}

    FakeFederation search;
    FakePatients patients;
    FakeBooking booking_service;
    MemoryTasks task_store;
    gateway::observability::Metrics metrics;
    std::unique_ptr<gateway::workflow::TaskService> tasks;
    std::unique_ptr<gateway::http::Handler> face;
};

ApiDoor::ApiDoor(gateway::identity::Identity& identity, const adapters::Clock& clock,
                 adapters::Random& random)
    : parts_(std::make_unique<Parts>(identity, clock, random))
{}

ApiDoor::~ApiDoor() = default;

std::string ApiDoor::book(const Fields& fields, const std::string& certificate, const std::string& query)
{
    parts_->booking_service.written.reset();
    parts_->booking_service.context.reset();
    fhir::rest::Request request;
    request.method = "POST";
    request.target = "/fhir/R4/Appointment" + query;
    request.body = booking;
    request.client_certificate_sha256 = certificate;
    request.headers.add("Content-Type", "application/fhir+json");
    for (const auto& [name, value] : fields)
        request.headers.add(name, value);
    const auto response = run(parts_->face->handle(std::move(request)));
    const bool done = parts_->booking_service.written || parts_->booking_service.context;
    if (response.body.view().find("eyJ") != std::string_view::npos)
        return "it quotes the token";
    if (response.status == 201 && done)
        return "201 done";
    return std::to_string(response.status) + " " + outcome_code(response.body.view()) +
           (done ? ", and it was done" : ", nothing done");
}

} // namespace tests
