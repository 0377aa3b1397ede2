// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/bars/world.hpp"

#include "adapters/bars/standard/headers.hpp"
#include "adapters/bars/standard/message.hpp"

// What NHS England's test services always answer, at the simulated receiver with sentinels=on.

using namespace tests::bars;

namespace
{

using adapters::bars::standard::encode_header;
using adapters::bars::standard::organisation_object;
using adapters::bars::standard::software_object;
using adapters::bars::standard::target_object;

/// Asked directly: `200 3` for an answer with a total, `408 REC_TIMEOUT` for a refusal.
class Sandbox
{
public:
    std::string body(const std::string& service, std::string target)
    {
        Request request;
        request.target = "/Z90001/FHIR/R4/" + std::move(target);
        const std::pair<const char*, std::string> fields[] = {
            {"Accept", "application/fhir+json; version=1.1.0"},
            {"X-Request-Id", "0e6a1f5c-3b7d-4d28-8c94-5f1e2a3b4c01"},
            {"X-Correlation-Id", "7d2c9b80-1e4f-4a63-b5d7-c8e9f0a1b201"},
            {"NHSD-Target-Identifier", encode_header(target_object(service))},
            {"NHSD-End-User-Organisation", encode_header(organisation_object("Z9H01", "Hub"))},
            {"NHSD-Requesting-Software", encode_header(software_object("https://x.example", "X", "1"))}};
        for (const auto& [name, value] : fields)
            request.headers.add(name, value);
        auto response = world_.host.handle(request).response;
        status_ = response.status;
        return std::string(response.body.view());
    }
    std::string ask(const std::string& service, std::string target)
    {
        const auto tree = json(body(service, std::move(target)));
        const auto* total = tree.find("total");
        return std::to_string(status_) + " " +
               (total ? total->text() : adapters::text_at(tree, {"issue", "details", "coding", "code"}));
    }
    std::size_t slots(const std::string& service) { return std::stoul(ask(service, slot_search).substr(4)); }

    void reception_takes_one()
    {
        EXPECT_TRUE(world_.host.simulator().reception_takes(world_.row().slot_key));
    }

    inline static const std::string slot_search =
        "Slot?status=free&start=ge2026-11-24T00:00:00Z&start=lt2026-11-25T00:00:00Z&_include=Slot:schedule"
        "&_include=Schedule:actor:HealthcareService&_include=Schedule:actor:Practitioner";
    static std::string definitions(const std::string& service)
    {
        return "MessageDefinition?context=" + service + "&context=A7T1";
    }

private:
    World world_{{{"sentinels", "on"}, {"auth", "none"}}};
    unsigned status_ = 0;
};

auto for_patient(std::string number)
{
    return [number = std::move(number)](Request& request) {
        const std::string before = R"("system":"https://fhir.nhs.uk/Id/nhs-number","value":")";
        const auto at = request.body.find(before);
        ASSERT_NE(at, std::string::npos);
        request.body.replace(at + before.size(), 10, number);
    };
}

/// Status of the answer to a booking message for that patient, and its body.
std::pair<unsigned, std::string> booked_for(World& world, adapters::BookAppointment order,
                                            const std::string& number)
{
    std::pair<unsigned, std::string> seen;
    world.between.change = [&](Request& request) {
        if (request.target.starts_with("$process-message"))
            for_patient(number)(request);
    };
    world.between.spoil = [&](const Request& request, const Response& response) {
        if (request.target.starts_with("$process-message"))
            seen = {response.status, std::string(response.body.view())};
    };
    (void)world.book(std::move(order));
    return seen;
}

} // namespace

TEST(BarsSentinels, TargetsAreRefusedAsTheySay)
{
    Sandbox sandbox;
    for (const auto& [service, expected] : {std::pair{"NHS0001-400", "400 REC_BAD_REQUEST"},
                                            {"NHS0001-401", "401 REC_UNAUTHORIZED"},
                                            {"NHS0001-403", "403 REC_FORBIDDEN"},
                                            {"NHS0001-406", "406 REC_NOT_ACCEPTABLE"},
                                            {"NHS0001-408", "408 REC_TIMEOUT"},
                                            {"NHS0001-409", "409 REC_CONFLICT"},
                                            {"NHS0001-422", "422 REC_UNPROCESSABLE_ENTITY"},
                                            {"NHS0001-500", "500 REC_SERVER_ERROR"},
                                            {"NHS0001-501", "501 REC_NOT_IMPLEMENTED"},
                                            {"NHS0001-503", "503 REC_UNAVAILABLE"},
                                            {"NHS0001-504", "504 REC_TIMEOUT"},
                                            {"2000081230", "408 REC_TIMEOUT"},
                                            {"2000073917", "200 0"}})
        EXPECT_EQ(sandbox.ask(service, Sandbox::slot_search), expected) << service;
}

TEST(BarsSentinels, ServicesDifferInWhatTheyShow)
{
    Sandbox sandbox;
    const auto all = sandbox.slots("NHS0001");
    sandbox.reception_takes_one();
    EXPECT_EQ(sandbox.slots("NHS0001"), all - 1);
    EXPECT_EQ(sandbox.slots("2000072489"), all);
    EXPECT_NE(sandbox.body("NHS0001", Sandbox::slot_search).find("\"Practitioner\""), std::string::npos);
    const auto mandatory = sandbox.body("1503499715", Sandbox::slot_search);
    EXPECT_NE(mandatory.find("\"HealthcareService\""), std::string::npos);
    EXPECT_EQ(mandatory.find("\"Practitioner\""), std::string::npos);
    EXPECT_EQ(mandatory.find("DeliveryChannel"), std::string::npos);
}

TEST(BarsSentinels, ServicesDifferInWhatTheyTake)
{
    Sandbox sandbox;
    for (const auto& [service, expected] : {std::pair{"NHS0001", "200 2"},
                                            {"2000011147", "200 3"},
                                            {"2000076289", "200 1"},
                                            {"2000071898", "200 1"}})
        EXPECT_EQ(sandbox.ask(service, Sandbox::definitions(service)), expected) << service;
    EXPECT_EQ(sandbox.body("2000071898", Sandbox::definitions("2000071898")).find("eventCoding"),
              std::string::npos);
}

TEST(BarsSentinels, ContextsAndAppointmentsAreRefused)
{
    Sandbox sandbox;
    EXPECT_EQ(sandbox.ask("NHS0001", "MessageDefinition?context=FAIL0401"), "401 REC_UNAUTHORIZED");
    EXPECT_EQ(sandbox.ask("NHS0001", "MessageDefinition?context=x|FAIL0404"), "404 REC_NOT_FOUND");
    EXPECT_EQ(sandbox.ask("NHS0001", "Appointment/0d440c22-7f25-4c6c-905d-2213d197d02a"),
              "501 REC_NOT_IMPLEMENTED");
}

TEST(BarsSentinels, PatientsHaveTheirEffect)
{
    for (const auto& [number, expected] :
         {std::pair{"9658499007", 200u}, {"9658499015", 404u}, {"9658499023", 409u}, {"9658499031", 422u}}) {
        World world({{"sentinels", "on"}});
        const auto [status, body] = booked_for(world, world.order(), number);
        EXPECT_EQ(status, expected) << number;
        EXPECT_EQ(body.find("ce1c4ced-2a84-4198-9982-9caf894d0bb7") != std::string::npos, expected == 200u);
    }
}

TEST(BarsSentinels, OnePatientBooksOnce)
{
    World world({{"sentinels", "on"}});
    auto first = world.order(), second = world.order();
    second.slots = {world.slot("2026-11-24T09:10:00Z")};
    EXPECT_EQ(booked_for(world, std::move(first), "9707606312").first, 200u);
    EXPECT_EQ(booked_for(world, std::move(second), "9707606312").first, 409u);
}
