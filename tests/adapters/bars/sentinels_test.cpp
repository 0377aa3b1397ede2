// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/bars/world.hpp"

#include "adapters/bars/standard/headers.hpp"
#include "adapters/bars/standard/message.hpp"

// What NHS England's test services always answer, at the simulated receiver with sentinels=on.

using namespace tests::bars;

namespace
{

using adapters::bars::standard::encode_header;
using adapters::bars::standard::target_object;

/// The client's own booking, each request but for what `change` makes of it; the last answer to `target`.
std::string answer_to(const std::string& target, std::function<void(Request&)> change)
{
    World world({{"sentinels", "on"}});
    auto order = world.order();
    std::string seen;
    world.between.change = [&](Request& request) {
        if (request.target.starts_with(target))
            change(request);
    };
    world.between.spoil = [&](const Request& request, Response& response) {
        if (!request.target.starts_with(target) || !seen.empty())
            return;
        const auto tree = json(response.body.view());
        seen = std::to_string(response.status) + " " +
               adapters::text_at(tree, {"issue", "details", "coding", "code"}) +
               adapters::text_at(tree, {"total"});
    };
    (void)world.book(std::move(order));
    return seen;
}

auto for_service(std::string service)
{
    return [service = std::move(service)](Request& request) {
        request.headers.set("NHSD-Target-Identifier", encode_header(target_object(service)));
        const auto at = request.target.find("HealthcareService=");
        if (at != std::string::npos)
            request.target.replace(at + 18, request.target.find('&', at) - at - 18, service);
        for (const std::string_view mark : {"dos-service-id%7C", "dos-service-id|"})
            if (const auto context = request.target.find(mark); context != std::string::npos)
                request.target.replace(context + mark.size(),
                                       std::min(request.target.find('&', context), request.target.size()) -
                                           context - mark.size(),
                                       service);
    };
}

auto for_patient(std::string number)
{
    return [number = std::move(number)](Request& request) {
        const std::string before = R"("system":"https://fhir.nhs.uk/Id/nhs-number","value":")";
        const auto at = request.body.find(before);
        ASSERT_NE(at, std::string::npos);
        request.body.replace(at + before.size(), 10, number);
    };
}

struct SentinelRow
{
    const char* service;
    const char* target;
    const char* expected;
};

} // namespace

TEST(BarsSentinels, ServicesHaveTheirEffect)
{
    for (const SentinelRow& row :
         std::initializer_list<SentinelRow>{{"2000073917", "Slot?", "200 0"},
                                            {"2000081230", "Slot?", "408 REC_TIMEOUT"},
                                            {"NHS0001-400", "Slot?", "400 REC_BAD_REQUEST"},
                                            {"NHS0001-401", "Slot?", "401 REC_UNAUTHORIZED"},
                                            {"NHS0001-403", "Slot?", "403 REC_FORBIDDEN"},
                                            {"NHS0001-406", "Slot?", "406 REC_NOT_ACCEPTABLE"},
                                            {"NHS0001-408", "Slot?", "408 REC_TIMEOUT"},
                                            {"NHS0001-409", "Slot?", "409 REC_CONFLICT"},
                                            {"NHS0001-422", "Slot?", "422 REC_UNPROCESSABLE_ENTITY"},
                                            {"NHS0001-500", "Slot?", "500 REC_SERVER_ERROR"},
                                            {"NHS0001-501", "Slot?", "501 REC_NOT_IMPLEMENTED"},
                                            {"NHS0001-503", "Slot?", "503 REC_UNAVAILABLE"},
                                            {"NHS0001-504", "Slot?", "504 REC_TIMEOUT"},
                                            {"2000011147", "MessageDefinition", "200 3"},
                                            {"2000076289", "MessageDefinition", "200 1"},
                                            {"2000071898", "MessageDefinition", "200 1"}})
        EXPECT_EQ(answer_to(row.target, for_service(row.service)), row.expected) << row.service;
}

TEST(BarsSentinels, BusySlotsAndMandatoryResourcesAreShownWhereAskedFor)
{
    World plain;
    const auto all = plain.find();
    ASSERT_TRUE(all);
    for (const auto& [service, more] : {std::pair{"2000072489", true}, std::pair{"NHS0001", false}}) {
        World world({{"sentinels", "on"}});
        world.between.change = for_service(service);
        std::size_t slots = 0;
        world.between.spoil = [&](const Request& request, Response& response) {
            if (request.target.starts_with("Slot?"))
                slots = std::stoul(adapters::text_at(json(response.body.view()), {"total"}));
        };
        (void)world.find();
        EXPECT_EQ(slots > all->slots.size(), more) << service << " " << slots;
    }
    World world({{"sentinels", "on"}});
    world.between.change = for_service("1503499715");
    std::string body;
    world.between.spoil = [&](const Request& request, Response& response) {
        if (request.target.starts_with("Slot?"))
            body = response.body.view();
    };
    (void)world.find();
    EXPECT_NE(body.find("\"HealthcareService\""), std::string::npos);
    EXPECT_EQ(body.find("DeliveryChannel"), std::string::npos);
    EXPECT_EQ(body.find("\"Practitioner\""), std::string::npos);
}

TEST(BarsSentinels, PatientsHaveTheirEffect)
{
    for (const auto& [number, expected] : {std::pair{"9658499007", "200 "},
                                           {"9658499015", "404 REC_NOT_FOUND"},
                                           {"9658499023", "409 REC_CONFLICT"},
                                           {"9658499031", "422 REC_UNPROCESSABLE_ENTITY"}})
        EXPECT_EQ(answer_to("$process-message", for_patient(number)), expected) << number;
}

TEST(BarsSentinels, OnePatientGetsAFixedAppointmentId)
{
    World world({{"sentinels", "on"}});
    auto order = world.order();
    world.between.change = [](Request& request) {
        if (request.target.starts_with("$process-message"))
            for_patient("9658499007")(request);
    };
    std::string body;
    world.between.spoil = [&](const Request& request, Response& response) {
        if (request.target.starts_with("$process-message"))
            body = response.body.view();
    };
    (void)world.book(std::move(order));
    EXPECT_NE(body.find("ce1c4ced-2a84-4198-9982-9caf894d0bb7"), std::string::npos);
}

TEST(BarsSentinels, OnePatientBooksOnce)
{
    World world({{"sentinels", "on"}});
    std::vector<unsigned> seen;
    world.between.change = [](Request& request) {
        if (request.target.starts_with("$process-message"))
            for_patient("9707606312")(request);
    };
    world.between.spoil = [&](const Request& request, const Response& response) {
        if (request.target.starts_with("$process-message"))
            seen.push_back(response.status);
    };
    (void)world.book();
    auto second = world.order();
    second.slots = {world.slot("2026-11-24T09:10:00Z")};
    (void)world.book(std::move(second));
    EXPECT_EQ(seen, (std::vector<unsigned>{200, 409}));
}

TEST(BarsSentinels, ContextsAndAppointmentsHaveTheirEffect)
{
    const auto with_context = [](std::string context) {
        return [context = std::move(context)](Request& request) { request.target += "&context=" + context; };
    };
    EXPECT_EQ(answer_to("MessageDefinition", with_context("FAIL0401")), "401 REC_UNAUTHORIZED");
    EXPECT_EQ(answer_to("MessageDefinition", with_context("FAIL0404")), "404 REC_NOT_FOUND");
    World world({{"sentinels", "on"}});
    unsigned seen = 0;
    world.between.change = [](Request& request) {
        if (request.target.starts_with("Slot?"))
            request.target = "Appointment/0d440c22-7f25-4c6c-905d-2213d197d02a";
    };
    world.between.spoil = [&](const Request& request, const Response& response) {
        if (request.target.starts_with("Appointment/"))
            seen = response.status;
    };
    (void)world.find();
    EXPECT_EQ(seen, 501u);
}
