// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/booking_rules.hpp"
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

#include <functional>

using namespace gateway::booking;
using fhir::ErrorKind;
using tests::Clinic;

namespace
{

using Edit = std::function<void(fhir::Appointment&)>;

struct Refusal
{
    std::string what;
    Edit edit;
    ErrorKind kind;
    std::string path;
};

fhir::AppointmentParticipant patient(const std::string& number)
{
    return Clinic::wanted(1, number).participant.front();
}

void booked_by(fhir::Appointment& appointment, const std::string& ods)
{
    fhir::Reference reference;
    reference.identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, ods));
    fhir::Extension extension;
    extension.url = booking_organisation_url;
    extension.value = reference;
    appointment.extension.push_back(extension);
}

fhir::Extension flag_extension()
{
    fhir::Extension extension;
    extension.url = "https://example.org/flag";
    extension.value = true;
    return extension;
}

const std::vector<Refusal>& refusals()
{
    static const std::vector<Refusal> all{
        {"proposed", [](auto& a) { a.status = fhir::AppointmentStatus::proposed; },
         ErrorKind::transition_not_allowed, "Appointment.status"},
        {"longer than its slot", [](auto& a) { a.minutes_duration = fhir::PositiveInt{999}; },
         ErrorKind::invariant, "Appointment.minutesDuration"},
        {"implicit rules", [](auto& a) { a.implicit_rules = fhir::Uri("https://example.org/rules"); },
         ErrorKind::unknown_element, "Appointment.implicitRules"},
        {"modifier extension", [](auto& a) { a.modifier_extension.push_back(flag_extension()); },
         ErrorKind::unknown_element, "Appointment.modifierExtension[0]"},
        {"modifier extension of a participant",
         [](auto& a) { a.participant[0].modifier_extension.push_back(flag_extension()); },
         ErrorKind::unknown_element, "Appointment.participant[0].modifierExtension[0]"},
        {"extension without a value",
         [](auto& a) {
             a.extension.push_back(flag_extension());
             a.extension.back().value = std::monostate{};
         },
         ErrorKind::invariant, "Appointment.extension[0]"},
        {"arrived", [](auto& a) { a.status = fhir::AppointmentStatus::arrived; },
         ErrorKind::transition_not_allowed, "Appointment.status"},
        {"no slot", [](auto& a) { a.slot.clear(); }, ErrorKind::required, "Appointment.slot"},
        {"slot of another type", [](auto& a) { a.slot = {fhir::reference_to("Schedule/A10001.1")}; },
         ErrorKind::value_invalid, "Appointment.slot[0]"},
        {"slot id without practice", [](auto& a) { a.slot = {fhir::reference_to("Slot/1")}; },
         ErrorKind::value_invalid, "Appointment.slot[0]"},
        {"two practices", [](auto& a) { a.slot.push_back(fhir::reference_to("Slot/B20002.1")); },
         ErrorKind::invariant, "Appointment.slot[1]"},
        {"one slot twice", [](auto& a) { a.slot.push_back(a.slot[0]); }, ErrorKind::invariant,
         "Appointment.slot[1]"},
        {"no start", [](auto& a) { a.start.reset(); }, ErrorKind::required, "Appointment.start"},
        {"no end", [](auto& a) { a.end.reset(); }, ErrorKind::required, "Appointment.end"},
        {"start after end", [](auto& a) { std::swap(a.start, a.end); }, ErrorKind::invariant,
         "Appointment.end"},
        {"cancellation reason", [](auto& a) { a.cancelation_reason = fhir::concept_text("x"); },
         ErrorKind::invariant, "Appointment.cancelationReason"},
        {"no patient", [](auto& a) { a.participant[0].actor = fhir::reference_to("Location/A10001.main"); },
         ErrorKind::required, "Appointment.participant"},
        {"two patients", [](auto& a) { a.participant.push_back(patient("9990000026")); },
         ErrorKind::invariant, "Appointment.participant[1]"},
        {"wrong check digit", [](auto& a) { a.participant = {patient("9990000019")}; },
         ErrorKind::nhs_number_invalid, "Appointment.participant[0].actor.identifier.value"},
        {"patient without number", [](auto& a) { a.participant[0].actor->identifier.reset(); },
         ErrorKind::required, "Appointment.participant[0].actor"},
        {"patient of another practice",
         [](auto& a) { a.participant[0].actor->reference = "Patient/B20002.7"; }, ErrorKind::invariant,
         "Appointment.participant[0].actor.reference"},
        {"contained patient with another number",
         [](auto& a) {
             a = Clinic::with_demographics(a);
             a.participant[0].actor->identifier =
                 fhir::Box(fhir::identifier_of(fhir::nhs_number_system, "9990000026"));
         },
         ErrorKind::invariant, "Appointment.participant[0].actor.identifier.value"},
        {"another booking organisation", [](auto& a) { booked_by(a, "HUB02"); },
         ErrorKind::organisation_not_allowed,
         "Appointment.extension('" + std::string(booking_organisation_url) + "')"},
        {"identifier without value", [](auto& a) { a.identifier.emplace_back(); }, ErrorKind::required,
         "Appointment.identifier[0].value"},
        {"too many slots", [](auto& a) { a.slot.assign(9, a.slot[0]); }, ErrorKind::value_invalid,
         "Appointment.slot"},
        {"letters in a telephone number",
         [](auto& a) {
             a = Clinic::with_demographics(a);
             a.contained[0].template as<fhir::Patient>()->telecom.emplace_back();
             a.contained[0].template as<fhir::Patient>()->telecom[0].system = fhir::ContactSystem::phone;
             a.contained[0].template as<fhir::Patient>()->telecom[0].value = "<script>";
         },
         ErrorKind::value_invalid, "Appointment.contained.telecom"},
    };
    return all;
}

TEST(BookingRules, EveryFaultIsNamedWithItsPath)
{
    for (const Refusal& refusal : refusals()) {
        auto appointment = Clinic::wanted();
        refusal.edit(appointment);
        const auto checked = check_booking(appointment, tests::hub(), std::nullopt);
        ASSERT_FALSE(checked) << refusal.what;
        EXPECT_EQ(checked.error().kind(), refusal.kind) << refusal.what;
        EXPECT_EQ(checked.error().path(), refusal.path) << refusal.what;
        EXPECT_FALSE(checked.error().advice().empty()) << refusal.what;
    }
}

TEST(BookingRules, BothTimesMissingAreToldAtOnce)
{
    auto appointment = Clinic::wanted();
    appointment.start.reset();
    appointment.end.reset();
    const auto checked = check_booking(appointment, tests::hub(), std::nullopt);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().sentence(), "A booking needs the start and the end of its slot.");
}

TEST(BookingRules, AcceptsEveryWayToNameThePatient)
{
    auto by_identifier = Clinic::wanted();
    auto contained = Clinic::with_demographics(Clinic::wanted());
    auto only_contained = contained;
    only_contained.participant[0].actor->identifier.reset();
    only_contained.participant[0].actor->type.reset();
    for (const auto& appointment : {by_identifier, contained, only_contained}) {
        const auto checked = check_booking(appointment, tests::hub(), std::nullopt);
        ASSERT_TRUE(checked) << checked.error().sentence();
        EXPECT_EQ(checked->patient.nhs_number->digits(), "9990000018");
    }
    auto by_reference = Clinic::wanted();
    by_reference.participant[0].actor = fhir::reference_to("Patient/A10001.77");
    const auto checked = check_booking(by_reference, tests::hub(), std::nullopt);
    ASSERT_TRUE(checked);
    EXPECT_EQ(checked->patient.patient_id, "A10001.77");
}

TEST(BookingRules, OwnBookingOrganisationIsAccepted)
{
    auto appointment = Clinic::wanted();
    booked_by(appointment, "HUB01");
    EXPECT_TRUE(check_booking(appointment, tests::hub(), std::nullopt));
}

TEST(BookingRules, IfNoneExistNamesAnIdentifierOfTheAppointment)
{
    auto appointment = Clinic::wanted();
    appointment.identifier = {fhir::identifier_of("https://hub.example/id", "7")};
    const fhir::search::TokenValue same{"https://hub.example/id", "7", false};
    const auto checked = check_booking(appointment, tests::hub(), same);
    ASSERT_TRUE(checked);
    EXPECT_TRUE(checked->identifiers.at(0).conditional);
    const fhir::search::TokenValue other{"https://hub.example/id", "8", false};
    EXPECT_EQ(check_booking(appointment, tests::hub(), other).error().path(), "http.If-None-Exist");
    const fhir::search::TokenValue without_system{std::nullopt, "7", false};
    EXPECT_EQ(check_booking(appointment, tests::hub(), without_system).error().kind(),
              ErrorKind::value_invalid);
}

TEST(BookingRules, TimesMustBeThoseOfTheSlots)
{
    const auto now = tests::FakeClock::default_start;
    const std::vector one{Clinic::slot(1)};
    EXPECT_TRUE(check_slots(Clinic::wanted(), one, now));
    auto late = Clinic::wanted();
    late.start = *late.start + std::chrono::minutes(1);
    EXPECT_EQ(check_slots(late, one, now).error().path(), "Appointment.start");
    auto longer = Clinic::wanted();
    longer.end = *longer.end + std::chrono::minutes(1);
    EXPECT_EQ(check_slots(longer, one, now).error().path(), "Appointment.end");
    EXPECT_EQ(check_slots(Clinic::wanted(), one, one[0].slot.start).error().kind(), ErrorKind::slot_in_past);
    auto busy = one;
    busy[0].slot.status = fhir::SlotStatus::busy;
    EXPECT_EQ(check_slots(Clinic::wanted(), busy, now).error().kind(), ErrorKind::slot_unavailable);
}

TEST(BookingRules, SeveralSlotsFollowEachOtherInOneSchedule)
{
    const auto now = tests::FakeClock::default_start;
    auto appointment = Clinic::wanted(1);
    appointment.end = Clinic::slot(2).slot.end;
    EXPECT_TRUE(check_slots(appointment, std::vector{Clinic::slot(1), Clinic::slot(2)}, now));
    EXPECT_EQ(check_slots(appointment, std::vector{Clinic::slot(1), Clinic::slot(3)}, now).error().kind(),
              ErrorKind::slots_not_adjacent);
    auto other = Clinic::slot(2);
    other.slot.schedule = fhir::reference_to("Schedule/A10001.s2");
    EXPECT_EQ(check_slots(appointment, std::vector{Clinic::slot(1), other}, now).error().kind(),
              ErrorKind::slots_not_adjacent);
}

TEST(BookingRules, SeveralSlotsHaveOneChannelAndOneService)
{
    const auto now = tests::FakeClock::default_start;
    auto appointment = Clinic::wanted(1);
    appointment.end = Clinic::slot(2).slot.end;
    const auto of = [](int number, std::string_view channel, std::string_view service) {
        auto offered = Clinic::slot(number);
        fhir::Extension extension;
        extension.url = delivery_channel_url;
        extension.value =
            fhir::concept_of("https://fhir.hl7.org.uk/CodeSystem/UKCore-DeliveryChannel", channel);
        offered.slot.extension = {extension};
        offered.slot.service_type = {fhir::concept_of("http://snomed.info/sct", service, service)};
        return offered;
    };
    const auto checked = [&](adapters::OfferedSlot second) {
        return check_slots(appointment, std::vector{of(1, "Video", "1"), std::move(second)}, now);
    };
    EXPECT_TRUE(checked(of(2, "Video", "1")));
    auto without_channel = of(2, "Video", "1");
    without_channel.slot.extension.clear();
    for (const auto& [second, word] : {std::pair{of(2, "Telephone", "1"), "delivery channel"},
                                       std::pair{without_channel, "delivery channel"},
                                       std::pair{of(2, "Video", "2"), "type of service"}}) {
        const auto refused = checked(second);
        ASSERT_FALSE(refused) << word;
        EXPECT_EQ(refused.error().kind(), ErrorKind::slots_not_adjacent);
        EXPECT_EQ(refused.error().path(), "Appointment.slot[1]");
        EXPECT_NE(refused.error().sentence().find(word), std::string::npos) << refused.error().sentence();
    }
}

TEST(BookingRules, TextsAreCountedInCharactersAndNeverShortened)
{
    adapters::Capabilities can;
    can.max_description = 4;
    auto appointment = Clinic::wanted();
    appointment.description = "\u00e9\u00e9\u00e9\u00e9";
    EXPECT_EQ(check_texts(appointment, can)->description, *appointment.description);
    appointment.description = "\u00e9\u00e9\u00e9\u00e9x";
    EXPECT_EQ(check_texts(appointment, can).error().kind(), ErrorKind::text_too_long);
    appointment.description.reset();
    appointment.reason_code = {fhir::concept_text("ear")};
    EXPECT_EQ(check_texts(appointment, can)->description, "ear");
}

TEST(BookingRules, ASystemWithOneTextFieldGetsDescriptionAndCommentInIt)
{
    adapters::Capabilities can;
    can.max_description = 12;
    auto appointment = Clinic::wanted();
    appointment.description = "Ear";
    appointment.comment = "Use hoist";
    EXPECT_EQ(check_texts(appointment, can).error().path(), "Appointment.comment");
    can.max_description = 14;
    EXPECT_EQ(check_texts(appointment, can)->description, "Ear. Use hoist");
    EXPECT_EQ(check_texts(appointment, can)->comment, "");
}

TEST(BookingRules, ASystemWithoutTextFieldsRefusesText)
{
    auto appointment = Clinic::wanted();
    appointment.description.reset();
    appointment.comment = "x";
    EXPECT_EQ(check_texts(appointment, {}).error().kind(), ErrorKind::not_supported_by_practice);
}

} // namespace
