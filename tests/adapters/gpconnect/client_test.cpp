// SPDX-License-Identifier: Apache-2.0
#include "adapters/gpconnect/exchange.hpp"
#include "tests/adapters/gpconnect/practice.hpp"

#include <set>

using namespace tests::gpconnect;
using fhir::ErrorKind;
using tests::run;
using Fault = adapters::simulation::Fault::Kind;

namespace
{

adapters::CancelAppointment cancellation(World& world, const adapters::SupplierAppointment& appointment,
                                         std::string reason = "Recovered")
{
    return {lowmoor(), world.patient(), appointment, std::move(reason)};
}

adapters::AmendAppointment amendment(World& world, const adapters::SupplierAppointment& appointment,
                                     std::string description, std::string comment = {})
{
    return {lowmoor(), world.patient(), appointment, std::move(description), std::move(comment)};
}

fhir::Patient demographics(const char* family, const char* given, const char* born)
{
    fhir::Patient patient;
    patient.name.emplace_back();
    patient.name[0].family = family;
    patient.name[0].given = {given};
    patient.birth_date = fhir::parse_date_time(born);
    patient.gender = fhir::Gender::female;
    return patient;
}

template <class T>
ErrorKind kind(const fhir::Result<T>& result)
{
    EXPECT_FALSE(result.has_value());
    return result ? ErrorKind::internal : result.error().kind();
}

} // namespace

TEST(GpConnectClient, FindsSlotsWithEverythingTheyReferTo)
{
    World world;
    const auto found = world.slots();
    EXPECT_EQ(found.slots.size(), 9U);
    EXPECT_TRUE(found.warnings.empty());
    EXPECT_EQ(found.locations.size(), 1U);
    EXPECT_EQ(found.practitioners.size(), 2U);
    EXPECT_EQ(found.practitioner_roles.size(), 2U);
    ASSERT_EQ(found.healthcare_services.size(), 1U);
    EXPECT_EQ(found.healthcare_services[0]->id, "Z98101.gp");
    ASSERT_EQ(found.organizations.size(), 1U);
    EXPECT_EQ(found.organizations[0]->name, "Tarnbeck Surgery");
}

TEST(GpConnectClient, SlotsAreNamedInThePractice)
{
    World world;
    const auto slot = world.slot("90411").slot;
    EXPECT_EQ(slot.schedule.reference, "Schedule/Z98101.sch-512");
    EXPECT_EQ(slot.service_type.at(0).text, "Type 512");
    EXPECT_EQ(fhir::identifier_value(slot.identifier, "https://apptgw.example/id/provider-slot/Z98101"),
              "90411");
}

TEST(GpConnectClient, WindowBoundsWhereSlotsStart)
{
    World world;
    auto found = run(
        world.adapter->find_slots({{at("2026-11-24T18:30:00Z"), at("2026-11-24T18:50:00Z")}, lowmoor(), {}}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 2U);
}

TEST(GpConnectClient, WideWindowsAreSplitAndCountedOnce)
{
    World world;
    auto found = run(
        world.adapter->find_slots({{at("2026-11-01T00:00:00Z"), at("2026-12-31T00:00:00Z")}, lowmoor(), {}}));
    ASSERT_TRUE(found);
    std::set<std::string> ids;
    for (const auto& offered : found->slots)
        EXPECT_TRUE(ids.insert(offered->id()).second) << offered->id();
    EXPECT_EQ(ids.size(), 10U);
}

TEST(GpConnectClient, NoSearchSpansMoreThanFourteenDays)
{
    for (const auto* end : {"2026-10-26T00:00:00Z", "2026-10-30T12:00:00Z", "2027-04-20T23:00:00Z"}) {
        const fhir::Interval window{at("2026-10-11T23:00:00Z"), at(end)};
        Provider provider;
        for (const auto& query : gpc::slot_queries(window, lowmoor()))
            EXPECT_EQ(provider.send(Interaction::search_slot, query).status, 200U) << query;
    }
    EXPECT_EQ(gpc::slot_queries({at("2026-11-23T00:00:00Z"), at("2026-12-07T00:00:00Z")}, lowmoor()).size(),
              1U);
    EXPECT_TRUE(
        gpc::slot_queries({at("2026-11-23T00:00:00Z"), at("2026-11-23T00:00:00Z")}, lowmoor()).empty());
}

TEST(GpConnectClient, EachCallHasItsOwnTraceAndToken)
{
    ScriptedUpstream upstream(
        [](const auto&) { return response(200, R"({"resourceType":"Bundle","type":"searchset"})"); });
    tests::FakeClock clock;
    tests::FakeRandom random;
    const auto adapter = gpc::make_adapter(config(), upstream, clock, random);
    ASSERT_TRUE(
        run(adapter->find_slots({{at("2026-11-23T08:00:00Z"), at("2026-12-31T08:00:00Z")}, lowmoor(), {}})));
    ASSERT_GT(upstream.calls.size(), 2U);
    std::set<std::string> traces;
    for (const auto& call : upstream.calls) {
        const auto& headers = call.request.headers;
        EXPECT_TRUE(traces.insert(std::string(headers.get("Ssp-TraceID"))).second);
        EXPECT_EQ(headers.get("Ssp-From"), "900000000202");
        EXPECT_EQ(headers.get("Ssp-To"), config().settings.at("provider_asid"));
        EXPECT_EQ(headers.get("Ssp-InteractionID"),
                  "urn:nhs:names:services:gpconnect:fhir:rest:search:slot-1");
        EXPECT_TRUE(gpc::check_token(headers.get("Authorization"), "organization/*.read", clock.now()));
        EXPECT_EQ(call.effect, adapters::upstream::Effect::read);
        EXPECT_NE(
            call.request.target.find("searchFilter=https://fhir.nhs.uk/Id/ods-organization-code%7CZ98H7"),
            std::string::npos);
        EXPECT_NE(call.request.target.find("GPConnect-OrganisationType-1%7Curgent-care"), std::string::npos);
    }
}

TEST(GpConnectClient, MissingActorsAreFetched)
{
    World world;
    ScriptedUpstream upstream(
        [&](const adapters::upstream::Call& call) -> fhir::Result<fhir::rest::Response> {
            auto stripped = call;
            const auto cut = stripped.request.target.find("&_include:recurse");
            if (cut != std::string::npos)
                stripped.request.target = stripped.request.target.substr(0, cut);
            return run(world.upstream.send(stripped));
        });
    const auto adapter = gpc::make_adapter(config(), upstream, world.clock, world.random);
    auto found = run(adapter->find_slots(world.whole_week()));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->locations.size(), 1U);
    EXPECT_EQ(found->practitioners.size(), 2U);
    EXPECT_EQ(upstream.calls.size(), 4U);
}

TEST(GpConnectClient, FindsThePatientAndComparesDetails)
{
    World world;
    auto context = world.patient();
    context.demographics = demographics("FENNIMORE", "Orla", "1979-02-11");
    auto found = run(world.adapter->find_patient({lowmoor(), context}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, "Z98101.pt-2001");
    context.demographics = demographics("Fenimore", "Orla", "1979-02-12");
    auto differs = run(world.adapter->find_patient({lowmoor(), context}));
    ASSERT_EQ(kind(differs), ErrorKind::demographics_mismatch);
    EXPECT_NE(differs.error().sentence().find("family name, birth date"), std::string::npos);
    EXPECT_EQ(differs.error().sentence().find("enimore"), std::string::npos);
}

TEST(GpConnectClient, UnknownAndDeceasedPatientsAreNotFound)
{
    World world;
    for (const auto* number : {absent, late})
        EXPECT_EQ(kind(run(world.adapter->find_patient({lowmoor(), world.patient(number)}))),
                  ErrorKind::patient_not_found);
}

TEST(GpConnectClient, RegistersAPatient)
{
    World world;
    auto context = world.patient(absent);
    EXPECT_EQ(kind(run(world.adapter->register_patient({lowmoor(), context}))),
              ErrorKind::demographics_required);
    context.demographics = demographics("New", "Ina", "1990-01-02");
    ASSERT_TRUE(run(world.adapter->register_patient({lowmoor(), context})));
    EXPECT_TRUE(run(world.adapter->find_patient({lowmoor(), context})));
    EXPECT_TRUE(run(world.adapter->register_patient({lowmoor(), context})))
        << "registered before is what was wanted";
}

TEST(GpConnectClient, SaysThatThePracticeMustVerifyARecordThatIsNeitherFoundNorRegistered)
{
    World world({{"registration_loop", ben}});
    auto context = world.patient(ben);
    context.demographics = demographics("Tarrant", "Ben", "1979-02-11");
    const auto registered = run(world.adapter->register_patient({lowmoor(), context}));
    ASSERT_FALSE(registered);
    EXPECT_EQ(registered.error().kind(), ErrorKind::patient_not_found);
    EXPECT_EQ(registered.error().remedy(), fhir::Remedy::practice);
    EXPECT_NE(registered.error().advice().find("verify"), std::string::npos);
}

TEST(GpConnectClient, BooksIntoThePracticesBook)
{
    World world;
    auto made = world.book({"90411"});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->appointment.status, fhir::AppointmentStatus::booked);
    EXPECT_EQ(made->appointment.slot.at(0).reference, "Slot/Z98101.90411");
    EXPECT_EQ(made->appointment.description, "Ear pain, two days");
    EXPECT_FALSE(made->appointment.id);
    const auto row = world.row("90411");
    EXPECT_EQ(row.status, "booked");
    EXPECT_EQ(row.nhs_number, orla);
    EXPECT_EQ(row.appointment_key, made->key);
}

TEST(GpConnectClient, BooksRestrictedSlotsAsTheOrganisationItSearchedFor)
{
    World world;
    for (const auto* slot : {"90431", "90441", "90451"})
        EXPECT_TRUE(world.book({slot})) << slot;
}

TEST(GpConnectClient, BooksAdjacentSlotsInAnyOrder)
{
    World world;
    auto made = world.book({"90412", "90411"});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->appointment.start, at("2026-11-24T18:30:00Z"));
    EXPECT_EQ(made->appointment.end, at("2026-11-24T18:50:00Z"));
}

TEST(GpConnectClient, SlotsThatAreNotAdjacentAreRefusedBeforeSending)
{
    World world;
    EXPECT_EQ(kind(world.book({"90411", "90413"})), ErrorKind::slots_not_adjacent);
    EXPECT_EQ(kind(world.book({"90412", "90472"})), ErrorKind::slots_not_adjacent);
    EXPECT_EQ(kind(world.book({})), ErrorKind::required);
}

TEST(GpConnectClient, TextBeyondTheLimitsIsRefusedBeforeSending)
{
    World world;
    auto order = world.order({"90411"});
    order.description = std::string(101, 'x');
    EXPECT_EQ(kind(run(world.adapter->book(order))), ErrorKind::text_too_long);
    order.description = "x";
    order.comment = std::string(501, 'x');
    EXPECT_EQ(kind(run(world.adapter->book(order))), ErrorKind::text_too_long);
    EXPECT_EQ(world.row("90411").times_booked, 0U);
}

TEST(GpConnectClient, MissingDescriptionNamesTheBookingOrganisation)
{
    World world;
    auto order = world.order({"90411"});
    order.description.clear();
    auto made = run(world.adapter->book(order));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->appointment.description, "Booked by Lowmoor Federation Hub");
}

TEST(GpConnectClient, NumberToRingGoesIntoTheComment)
{
    World world;
    auto order = world.order({"90421"});
    order.phone = "07700900123";
    auto made = run(world.adapter->book(order));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->appointment.comment, "Ring the bell\nRing 07700900123");
}

TEST(GpConnectClient, DetailsThatDifferStopABooking)
{
    World world;
    auto order = world.order({"90411"});
    order.patient.demographics = demographics("Other", "Orla", "1979-02-11");
    EXPECT_EQ(kind(run(world.adapter->book(order))), ErrorKind::demographics_mismatch);
    EXPECT_EQ(world.row("90411").times_booked, 0U);
}

TEST(GpConnectClient, TakenSlotIsUnavailable)
{
    World world;
    const auto order = world.order({"90411"});
    world.fault(Fault::slot_stolen, "", true);
    auto refused = run(world.adapter->book(order));
    ASSERT_EQ(kind(refused), ErrorKind::slot_unavailable);
    EXPECT_FALSE(refused.error().effect_possible());
}

TEST(GpConnectClient, SlotThatHasBegunIsNotSent)
{
    World world;
    const auto order = world.order({"90411"});
    world.clock.set(at("2026-11-24T18:30:00Z"));
    EXPECT_EQ(kind(run(world.adapter->book(order))), ErrorKind::slot_in_past);
}

TEST(GpConnectClient, KeyThatIsNoneIsAnUnknownSlot)
{
    World world;
    auto order = world.order({"90411"});
    order.slots[0].supplier_key = "90411";
    EXPECT_EQ(kind(run(world.adapter->book(order))), ErrorKind::slot_unknown);
}

TEST(GpConnectClient, LostAnswerOfABookingIsUnknownAndFoundByListing)
{
    World world;
    const auto order = world.order({"90411"});
    world.fault(Fault::drop_after, "", true);
    auto lost = run(world.adapter->book(order));
    ASSERT_EQ(kind(lost), ErrorKind::outcome_unknown);
    EXPECT_TRUE(lost.error().effect_possible());
    EXPECT_EQ(world.row("90411").times_booked, 1U) << "a write is never sent again";
    world.host.set_faults({});
    auto list = run(world.adapter->list_appointments(
        {lowmoor(), world.patient(), {at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z")}}));
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 1U);
    EXPECT_EQ(list->front().appointment.slot.at(0).reference, "Slot/Z98101.90411");
}

TEST(GpConnectClient, EveryFaultOfAWriteThatMayHaveGoneThroughIsUnknown)
{
    for (auto fault : {Fault::drop_before, Fault::drop_after, Fault::server_error, Fault::malformed,
                       Fault::wrong_content_type}) {
        World world;
        const auto order = world.order({"90411"});
        world.fault(fault, "", true);
        auto lost = run(world.adapter->book(order));
        EXPECT_EQ(kind(lost), ErrorKind::outcome_unknown) << static_cast<int>(fault);
        EXPECT_TRUE(!lost && lost.error().effect_possible());
        EXPECT_LE(world.row("90411").times_booked, 1U);
    }
}

TEST(GpConnectClient, AmendsInPlace)
{
    World world;
    auto made = world.book({"90411"});
    ASSERT_TRUE(made);
    auto amended = run(world.adapter->amend(amendment(world, *made, "Ear pain, three days", "Side door")));
    ASSERT_TRUE(amended);
    EXPECT_EQ(amended->appointment.description, "Ear pain, three days");
    EXPECT_EQ(amended->appointment.comment, "Side door");
    EXPECT_EQ(amended->appointment.meta->version_id, "2");
}

TEST(GpConnectClient, CancelsWithItsReason)
{
    World world;
    auto made = world.book({"90411"});
    ASSERT_TRUE(made);
    auto gone = run(world.adapter->cancel(cancellation(world, *made)));
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->appointment.status, fhir::AppointmentStatus::cancelled);
    EXPECT_EQ(gone->appointment.cancelation_reason->text, "Recovered");
    EXPECT_EQ(world.row("90411").status, "free");
    EXPECT_EQ(kind(run(world.adapter->cancel(cancellation(world, *made)))), ErrorKind::not_cancellable);
}

TEST(GpConnectClient, CancellationWithoutReasonNamesWhoCancelled)
{
    World world;
    auto made = world.book({"90411"});
    ASSERT_TRUE(made);
    auto gone = run(world.adapter->cancel(cancellation(world, *made, " ")));
    ASSERT_TRUE(gone);
    EXPECT_EQ(gone->appointment.cancelation_reason->text, "Cancelled by Lowmoor Federation Hub");
}

TEST(GpConnectClient, PracticeMadeAppointmentsCanBeCancelled)
{
    World world;
    auto list = run(world.adapter->list_appointments(
        {lowmoor(), world.patient(ben), {at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z")}}));
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 1U);
    EXPECT_TRUE(run(world.adapter->cancel(cancellation(world, list->front()))));
}

TEST(GpConnectClient, StaleVersionOnPutIsAConflict)
{
    World world;
    auto made = world.book({"90411"});
    ASSERT_TRUE(made);
    ScriptedUpstream upstream(
        [&](const adapters::upstream::Call& call) -> fhir::Result<fhir::rest::Response> {
            if (call.request.method == "PUT")
                return response(409, outcome("FHIR_CONSTRAINT_VIOLATION"));
            return run(world.upstream.send(call));
        });
    const auto adapter = gpc::make_adapter(config(), upstream, world.clock, world.random);
    EXPECT_EQ(kind(run(adapter->cancel(cancellation(world, *made)))), ErrorKind::version_conflict);
    EXPECT_EQ(upstream.calls.back().request.headers.get("If-Match"), "W/\"1\"");
}

TEST(GpConnectClient, RefusedChangeIsReadAgainToSayWhy)
{
    World world;
    auto made = world.book({"90411"});
    ASSERT_TRUE(made);
    ScriptedUpstream upstream(
        [&](const adapters::upstream::Call& call) -> fhir::Result<fhir::rest::Response> {
            if (call.request.method != "PUT")
                return run(world.upstream.send(call));
            world.host.simulator().reception_cancels("90411");
            return response(422, outcome("INVALID_RESOURCE"));
        });
    const auto adapter = gpc::make_adapter(config(), upstream, world.clock, world.random);
    auto refused = run(adapter->amend(amendment(world, *made, "x")));
    ASSERT_EQ(kind(refused), ErrorKind::not_amendable);
    EXPECT_EQ(refused.error().sentence(), "The appointment has been cancelled meanwhile.");
}

TEST(GpConnectClient, PutSendsBackWhatItDoesNotKnow)
{
    World world;
    auto made = world.book({"90411"});
    ASSERT_TRUE(made);
    ScriptedUpstream upstream(
        [&](const adapters::upstream::Call& call) -> fhir::Result<fhir::rest::Response> {
            if (call.request.method == "PUT")
                return response(200, call.request.body);
            auto received = run(world.upstream.send(call));
            auto tree = json(*received);
            tree.set("supplierOwn", JsonValue::array({JsonValue("kept")}));
            auto changed = response(200, text(tree));
            changed.headers.set("ETag", "W/\"abc\"");
            return changed;
        });
    const auto adapter = gpc::make_adapter(config(), upstream, world.clock, world.random);
    ASSERT_TRUE(run(adapter->amend(amendment(world, *made, "x"))));
    EXPECT_NE(upstream.calls.back().request.body.find(R"("supplierOwn":["kept"])"), std::string::npos);
    EXPECT_EQ(upstream.calls.back().request.headers.get("If-Match"), "W/\"abc\"");
}

TEST(GpConnectClient, CreatedWithoutABodyIsReadFromItsLocation)
{
    World world;
    const auto order = world.order({"90411"});
    ScriptedUpstream upstream(
        [&](const adapters::upstream::Call& call) -> fhir::Result<fhir::rest::Response> {
            auto minimal = call;
            minimal.request.headers.set("Prefer", "return=minimal");
            return run(world.upstream.send(minimal));
        });
    const auto adapter = gpc::make_adapter(config(), upstream, world.clock, world.random);
    auto made = run(adapter->book(order));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->key, world.row("90411").appointment_key);
}

TEST(GpConnectClient, ReadsAndMissesAppointments)
{
    World world;
    auto made = world.book({"90411"});
    ASSERT_TRUE(made);
    auto read = run(world.adapter->read_appointment({lowmoor(), world.patient(), made->key}));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->appointment.description, "Ear pain, two days");
    for (const auto* key : {"nothing", "", "../Patient", "a b"})
        EXPECT_EQ(kind(run(world.adapter->read_appointment({lowmoor(), world.patient(), key}))),
                  ErrorKind::appointment_not_found)
            << key;
}

TEST(GpConnectClient, ListsTodayAndLaterOnly)
{
    World world;
    auto past = run(world.adapter->list_appointments(
        {lowmoor(), world.patient(), {at("2026-11-20T00:00:00Z"), at("2026-11-23T00:00:00Z")}}));
    EXPECT_EQ(kind(past), ErrorKind::not_supported_by_practice);
    auto partly = run(world.adapter->list_appointments(
        {lowmoor(), world.patient(ben), {at("2026-11-20T00:00:00Z"), at("2026-11-25T00:00:00Z")}}));
    ASSERT_TRUE(partly);
    EXPECT_EQ(partly->size(), 1U);
}

TEST(GpConnectClient, SettingsSayWhetherAppointmentsAreOn)
{
    World on;
    EXPECT_TRUE(run(on.adapter->practice_settings(lowmoor()))->appointments_enabled);
    World off({{"appointments", "disabled"}});
    EXPECT_FALSE(run(off.adapter->practice_settings(lowmoor()))->appointments_enabled);
    EXPECT_EQ(kind(run(off.adapter->find_slots(off.whole_week()))), ErrorKind::service_disabled);
}

TEST(GpConnectClient, ReadFaultsHaveTheirKinds)
{
    for (const auto& [fault, expected] : {std::pair{Fault::drop_before, ErrorKind::supplier_error},
                                          std::pair{Fault::server_error, ErrorKind::supplier_error},
                                          std::pair{Fault::unavailable, ErrorKind::supplier_unavailable},
                                          std::pair{Fault::throttle, ErrorKind::throttled},
                                          std::pair{Fault::malformed, ErrorKind::supplier_malformed}}) {
        World world;
        world.fault(fault);
        EXPECT_EQ(kind(run(world.adapter->find_slots(world.whole_week()))), expected)
            << static_cast<int>(fault);
    }
}

TEST(GpConnectClient, LivesWithTheQuirksOfRealProviders)
{
    for (const auto& [name, value] :
         {std::pair{"extensions", "missing"}, std::pair{"telecom", "object"},
          std::pair{"role_system", "valueset"}, std::pair{"role_system", "hl7"},
          std::pair{"text", "concatenated"}, std::pair{"error_system", "valueset"},
          std::pair{"errors", "demonstrator"}, std::pair{"organization", "missing"}}) {
        World world({{name, value}});
        auto made = world.book({"90411"});
        ASSERT_TRUE(made) << name << value;
        EXPECT_NE(made->appointment.description->find("Ear pain, two days"), std::string::npos);
        EXPECT_TRUE(run(world.adapter->cancel(cancellation(world, *made)))) << name << value;
        EXPECT_EQ(kind(run(world.adapter->read_appointment({lowmoor(), world.patient(), "nothing"}))),
                  ErrorKind::appointment_not_found);
    }
}

TEST(GpConnectClient, LongIdsBecomeStableShortOnes)
{
    World world({{"ids", "long"}});
    const auto found = world.slots();
    ASSERT_FALSE(found.slots.empty());
    EXPECT_LE(found.slots[0]->id().size(), 64U);
    EXPECT_EQ(found.slots[0]->id(), world.slots().slots[0]->id());
    adapters::BookAppointment order{lowmoor(), world.patient(),  {found.slots[0]->offered()}, "x", {},
                                    {},        world.clock.now()};
    auto made = run(world.adapter->book(order));
    ASSERT_TRUE(made);
    EXPECT_EQ(made->appointment.slot.at(0).reference, "Slot/" + found.slots[0]->id());
}

TEST(GpConnectClient, HasNoPatientLinks)
{
    World world;
    EXPECT_EQ(kind(run(world.adapter->link_patient({lowmoor(), world.patient()}))),
              ErrorKind::not_supported_by_practice);
}
