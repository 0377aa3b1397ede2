// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/standard/headers.hpp"
#include "fhir/model/id.hpp"
#include "tests/adapters/bars/world.hpp"

using namespace tests::bars;
using fhir::ErrorKind;
using tests::at;

namespace
{

constexpr std::string_view message = "$process-message";

void expect_unknown(const fhir::Result<adapters::SupplierAppointment>& result)
{
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::outcome_unknown) << result.error().sentence();
    EXPECT_TRUE(result.error().effect_possible());
}

/// The answers to messages with one text in place of another.
void spoil_replies(World& world, std::string from, std::string to)
{
    world.between.spoil = [from = std::move(from), to = std::move(to)](const Request& request,
                                                                       Response& response) {
        if (request.target.starts_with(message))
            substitute(response, from, to);
    };
}

} // namespace

TEST(BarsClient, DiscoveryIsAskedForOnceInTwelveHours)
{
    World world;
    ASSERT_TRUE(world.find());
    ASSERT_TRUE(world.find());
    EXPECT_EQ(world.sent("metadata").size(), 1U);
    EXPECT_EQ(world.sent("MessageDefinition").size(), 1U);
    world.clock.advance(std::chrono::hours(12));
    ASSERT_TRUE(world.find());
    EXPECT_EQ(world.sent("metadata").size(), 2U);
}

TEST(BarsClient, WhatAReceiverLacksIsSaidBeforeAnyMessage)
{
    for (const Options& options :
         {Options{{"statement", "no_messages"}}, Options{{"definitions", "none"}},
          Options{{"definitions", "referral_first"}}, Options{{"definitions", "major2"}},
          Options{{"use_case", "a7t1"}, {"statement", "no_messages"}}}) {
        World world(options);
        EXPECT_EQ(kind(world.book()), ErrorKind::not_supported_by_practice);
        EXPECT_TRUE(world.sent(message).empty());
        const auto settings = tests::run(world.adapter->practice_settings(tests::hub_provenance()));
        ASSERT_TRUE(settings);
        EXPECT_FALSE(settings->appointments_enabled);
    }
    World core({{"statement", "core2"}});
    EXPECT_EQ(kind(core.find()), ErrorKind::not_supported_by_practice);
    World blind({{"statement", "no_slots"}});
    EXPECT_EQ(kind(blind.find()), ErrorKind::not_supported_by_practice);
}

TEST(BarsClient, ARefusedCapabilityIsAskedForAnewNextTime)
{
    World world({{"definitions", "none"}});
    EXPECT_EQ(kind(world.book()), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(kind(world.book()), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(world.sent("metadata").size(), 2U);
}

TEST(BarsClient, ASlotSearchAsksForAllIncludesAndSaysWho)
{
    World world;
    ASSERT_TRUE(world.find());
    const auto searches = world.sent("Slot?");
    ASSERT_EQ(searches.size(), 1U);
    const auto query = fhir::rest::parse_query(searches[0].target.substr(5));
    ASSERT_TRUE(query);
    EXPECT_EQ(std::ranges::count(*query, "_include", [](const auto& each) { return each.first; }), 6);
    const auto& headers = searches[0].headers;
    EXPECT_TRUE(fhir::is_uuid(headers.get("X-Request-Id")));
    EXPECT_TRUE(fhir::is_uuid(headers.get("X-Correlation-Id")));
    const auto organisation =
        adapters::bars::standard::decode_header(headers.get("NHSD-End-User-Organisation"));
    ASSERT_TRUE(organisation);
    EXPECT_EQ(adapters::view_at(*organisation, {"identifier", "value"}), "Z9H01");
    EXPECT_TRUE(headers.has("NHSD-Requesting-Software"));
    EXPECT_TRUE(headers.has("NHSD-Requesting-Practitioner"));
}

TEST(BarsClient, AWindowThatIsTooWideIsHalved)
{
    World world({{"too_costly_days", "7"}});
    const auto found = world.find();
    ASSERT_TRUE(found) << found.error().sentence();
    EXPECT_EQ(found->slots.size(), 42U);
    EXPECT_GT(world.sent("Slot?").size(), 4U);
}

TEST(BarsClient, MandatoryResourcesAloneAreEnough)
{
    World world({{"resources", "mandatory"}});
    ASSERT_TRUE(world.find());
    EXPECT_TRUE(world.book());
}

TEST(BarsClient, SearchBookingAndCancellationOfOneBookingShareACorrelationIdAndNoRequestId)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    ASSERT_TRUE(world.cancel(*booked));
    const auto messages = world.sent(message);
    ASSERT_EQ(messages.size(), 2U);
    const auto live = world.sent("Slot?").back();
    EXPECT_EQ(messages[0].headers.get("X-Correlation-Id"), messages[1].headers.get("X-Correlation-Id"));
    EXPECT_EQ(live.headers.get("X-Correlation-Id"), messages[0].headers.get("X-Correlation-Id"));
    EXPECT_NE(messages[0].headers.get("X-Request-Id"), messages[1].headers.get("X-Request-Id"));
    EXPECT_EQ(messages[0].headers.get("use-context"), "a7t1|booked|booking-request|new");
    EXPECT_EQ(messages[1].headers.get("use-context"), "a7t1|cancelled|booking-request|update");
    EXPECT_EQ(adapters::view_of(json(messages[0].body), "id"),
              adapters::view_of(json(messages[1].body), "id"));
}

TEST(BarsClient, ABookingCarriesBothIdentifiers)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    EXPECT_EQ(booked->appointment.identifier.size(), 2U);
    EXPECT_TRUE(fhir::identifier_value(booked->appointment.identifier, "https://apptgw.example/id/booking"));
}

TEST(BarsClient, WhatTheConsumerDidNotSendIsAskedForBeforeAnyMessage)
{
    World world;
    auto nobody = world.order();
    nobody.patient.demographics.reset();
    EXPECT_EQ(kind(world.book(nobody)), ErrorKind::demographics_required);
    auto silent = world.order();
    silent.phone.clear();
    EXPECT_EQ(kind(world.book(silent)), ErrorKind::phone_required);
    auto wordy = world.order();
    wordy.comment = "Bring the inhaler";
    EXPECT_EQ(kind(world.book(wordy)), ErrorKind::text_too_long);
    EXPECT_TRUE(world.sent(message).empty());
}

TEST(BarsClient, AMessageThatIsStillAtWorkGoesOutAgainByteForByte)
{
    World world({{"slow", "2"}, {"retry_after", "0"}});
    const auto booked = world.book();
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_EQ(world.row().times_booked, 1U);
    const auto messages = world.sent(message);
    ASSERT_EQ(messages.size(), 4U); // 408, 425, 425, 409 duplicate
    for (const auto& each : messages) {
        EXPECT_EQ(each.body, messages[0].body);
        EXPECT_EQ(each.headers.get("X-Request-Id"), messages[0].headers.get("X-Request-Id"));
        EXPECT_EQ(each.headers.get("X-Correlation-Id"), messages[0].headers.get("X-Correlation-Id"));
    }
}

TEST(BarsClient, AMessageThatNeverComesToAnEndIsUnknown)
{
    World world({{"slow", "99"}, {"retry_after", "0"}});
    expect_unknown(world.book());
    EXPECT_EQ(world.sent(message).size(), 4U);
}

TEST(BarsClient, AWaitBeyondTheTimeForWritesIsNotWaitedFor)
{
    World world({{"slow", "1"}, {"retry_after", "30"}});
    expect_unknown(world.book());
    EXPECT_EQ(world.sent(message).size(), 1U);
}

TEST(BarsClient, ABusyReceiverIsAskedAgainWhereItSaysWhen)
{
    World told({{"busy", "2"}, {"retry_after", "0"}});
    EXPECT_TRUE(told.book());
    World silent({{"busy", "2"}});
    EXPECT_EQ(kind(silent.book()), ErrorKind::supplier_unavailable);
    EXPECT_EQ(silent.sent(message).size(), 1U);
}

TEST(BarsClient, ARefusalAfterASendingThatMayHaveWorkedIsUnknown)
{
    World world({{"slow", "1"}, {"retry_after", "0"}});
    int answers = 0;
    world.between.spoil = [&](const Request& request, Response& response) {
        if (request.target.starts_with(message) && ++answers == 3) // in place of 409 duplicate
            substitute(response, R"("code":"duplicate")", R"("code":"conflict")");
    };
    expect_unknown(world.book());
}

TEST(BarsClient, ACancellationThatWasDoneBeforeIsReadBack)
{
    World world({{"slow", "0"}, {"retry_after", "0"}});
    const auto booked = world.book();
    ASSERT_TRUE(booked) << booked.error().sentence();
    const auto cancelled = world.cancel(*booked);
    ASSERT_TRUE(cancelled) << cancelled.error().sentence();
    EXPECT_EQ(cancelled->appointment.status, fhir::AppointmentStatus::cancelled);
}

TEST(BarsClient, AnswersWithoutTheIdsAreNone)
{
    World world({{"echo", "none"}});
    EXPECT_EQ(kind(world.find()), ErrorKind::supplier_malformed);
}

TEST(BarsClient, AReplyAboutSomebodyOrSomethingElseIsUnknown)
{
    World known;
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {known.seed.patients[0].nhs_number, known.seed.patients[1].nhs_number},
             {R"("start":"2026-11-24T09:00:00Z")", R"("start":"2026-11-24T09:10:00Z")"},
             {R"("status":"booked")", R"("status":"cancelled")"},
             {R"("type":"message")", R"("type":"collection")"},
             {R"("response":{"identifier":")", R"("response":{"identifier":"x)"},
             {R"("resourceType":"Appointment")", R"("resourceType":"Basic")"}}) {
        World world;
        spoil_replies(world, from, to);
        expect_unknown(world.book());
    }
}

TEST(BarsClient, AReplyAboutAnotherSlotIsUnknown)
{
    World world;
    auto order = world.order();
    const auto slot = order.slots[0].slot.id->substr(7);
    spoil_replies(world, slot, fhir::is_uuid(slot) ? "00000000-0000-4000-8000-000000000000" : "x");
    expect_unknown(world.book(std::move(order)));
}

TEST(BarsClient, AnotherPatientsAppointmentIsNotShown)
{
    for (const char* told : {"", "identified"}) {
        World world({{"patient", told}});
        const auto booked = world.book();
        ASSERT_TRUE(booked);
        EXPECT_TRUE(world.read(booked->key));
        EXPECT_EQ(kind(world.read(booked->key, 1)), ErrorKind::appointment_not_found);
        EXPECT_EQ(kind(world.cancel(*booked, 1)), ErrorKind::appointment_not_found);
        EXPECT_EQ(world.row().status, "booked");
    }
}

TEST(BarsClient, AnotherAppointmentThanTheOneAskedForIsMalformed)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    const auto id = booked->key.substr(booked->key.find('/') + 1);
    world.between.spoil = [&](const Request&, Response& response) {
        substitute(response, id, "00000000-0000-4000-8000-000000000000");
    };
    EXPECT_EQ(kind(world.read(booked->key)), ErrorKind::supplier_malformed);
}

TEST(BarsClient, AnOrganisationThatIsNotAcceptedIsToldSo)
{
    World world({{"refused", "Z9H01"}});
    EXPECT_EQ(kind(world.find()), ErrorKind::organisation_not_allowed);
}

TEST(BarsClient, AnAppointmentThatThePracticeMovedIsNotCancelled)
{
    World world;
    const auto booked = world.book();
    ASSERT_TRUE(booked);
    ASSERT_TRUE(world.host.simulator().reception_moves(world.row().slot_key,
                                                       world.row("2026-11-24T09:10:00Z").slot_key));
    EXPECT_EQ(kind(world.cancel(*booked)), ErrorKind::not_cancellable);
}

TEST(BarsClient, WithoutAClientNoTokenIsAskedFor)
{
    World world({{"auth", "none"}});
    EXPECT_TRUE(world.book());
    EXPECT_TRUE(world.sent("oauth2/token").empty());
}

/// Without a number, but with what the consumer calls them and where they live.
adapters::PatientContext unnumbered(const World& world, std::size_t n = 0)
{
    auto patient = world.patient(n);
    patient.nhs_number.reset();
    patient.demographics->identifier = {fhir::identifier_of("https://hub.example/id/caller", "caller-7")};
    patient.demographics->address.emplace_back();
    patient.demographics->address[0].postal_code = "ZZ99 3AB";
    return patient;
}

TEST(BarsClient, WhoHasNoNumberIsSentWithoutOne)
{
    World world;
    auto order = world.order();
    order.patient = unnumbered(world);
    ASSERT_TRUE(world.book(std::move(order)));
    const auto messages = world.sent("$process-message");
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].body.find("nhs-number"), std::string::npos);
    EXPECT_NE(messages[0].body.find("caller-7"), std::string::npos);
    EXPECT_EQ(world.row().nhs_number, "");
}

TEST(BarsClient, WhoHasNoNumberIsLookedForByNameBirthDateAndPostcodeTogether)
{
    World world;
    auto order = world.order();
    order.patient = unnumbered(world);
    const auto who = order.patient;
    ASSERT_TRUE(world.book(std::move(order)));
    const fhir::Interval month{world.clock.now(), world.clock.now() + std::chrono::days(28)};
    const auto list = [&](const adapters::PatientContext& patient) {
        return tests::run(world.adapter->list_appointments({tests::hub_provenance(), patient, month}));
    };
    ASSERT_TRUE(list(who));
    EXPECT_EQ(list(who)->size(), 1u);
    auto elsewhere = who;
    elsewhere.demographics->address[0].postal_code = "ZZ99 9ZZ";
    EXPECT_EQ(list(elsewhere)->size(), 0u);
    auto homeless = who;
    homeless.demographics->address.clear();
    EXPECT_EQ(kind(list(homeless)), ErrorKind::demographics_required);
}

TEST(BarsClient, WithoutNumberAndPostcodeTheIdOfTheReplyFindsTheAppointment)
{
    World world;
    auto order = world.order();
    order.patient = unnumbered(world);
    order.patient.demographics->address.clear();
    const auto who = order.patient;
    const auto booked = world.book(std::move(order));
    ASSERT_TRUE(booked) << booked.error().sentence();
    EXPECT_TRUE(tests::run(world.adapter->read_appointment({tests::hub_provenance(), who, booked->key})));
    EXPECT_TRUE(tests::run(world.adapter->cancel({tests::hub_provenance(), who, *booked, "Recovered"})));
}

TEST(BarsClient, AReplyAboutSomebodyElseIsNotBelievedForWhoHasNoNumber)
{
    World world;
    auto order = world.order();
    order.patient = unnumbered(world);
    world.between.spoil = [&](const Request& request, Response& response) {
        if (request.target.starts_with("$process-message"))
            substitute(response, world.seed.patients[0].family, "Somebody");
    };
    EXPECT_EQ(kind(world.book(std::move(order))), ErrorKind::outcome_unknown);
}

TEST(BarsClient, SandboxSentinelsAreRefusedAsPublished)
{
    for (const auto& [number, wanted] :
         std::vector<std::pair<std::string, ErrorKind>>{{"9658499015", ErrorKind::slot_unknown},
                                                        {"9658499023", ErrorKind::slot_unavailable},
                                                        {"9658499031", ErrorKind::invariant}}) {
        World world({{"sentinels", "on"}});
        auto order = world.order();
        order.patient.nhs_number = fhir::NhsNumber::parse(number).value();
        EXPECT_EQ(kind(world.book(std::move(order))), wanted) << number;
    }
}
