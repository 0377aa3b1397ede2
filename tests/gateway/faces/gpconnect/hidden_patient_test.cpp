// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/patient_ids.hpp"
#include "tests/gateway/faces/gpconnect/surgery.hpp"

// A patient who is hidden from a consumer, against one whom the practice does not know, on each kind of
// system.
namespace
{

using namespace tests::gpc;
using gateway::policy::ConsentKind;

constexpr std::size_t unknown_person = 900; ///< in no seed

class GpConnectHidden : public testing::TestWithParam<Conversation>
{
protected:
    void hide(ConsentKind kind = ConsentKind::sensitive, std::string_view organisation = {})
    {
        auto written = tests::finished(
            surgery.consents().write(tests::consent_of(number, kind, "Z90001", organisation)));
        ASSERT_TRUE(written);
        consent = written->consent;
    }
    std::string id_of(const std::string& digits) const
    {
        return gateway::faces::gpconnect::PatientIds(surgery.settings.patient_secret)
            .id_of("Z90001", *fhir::NhsNumber::parse(digits));
    }
    Reply search(const std::string& digits)
    {
        return surgery.get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C" + digits,
                           "rest:search:patient-1");
    }
    Reply retrieve(const std::string& digits, Fields headers = {})
    {
        return surgery.get("Patient/" + id_of(digits) + "/Appointment?start=ge2026-11-23&start=le2026-12-20",
                           "rest:search:patient_appointments-1", std::move(headers));
    }
    /// The other hub asks.
    static Fields other_hub() { return {{"Ssp-From", "900000000922"}}; }
    /// Answers are the same but for whom they are about.
    void expect_alike(const Reply& hidden, const Reply& unknown) const
    {
        EXPECT_EQ(hidden.status, unknown.status) << hidden.text;
        std::string text = hidden.text;
        for (const auto& [from, to] : {std::pair{id_of(number), id_of(nobody)}, {number, nobody}})
            for (auto at = text.find(from); at != std::string::npos; at = text.find(from))
                text.replace(at, from.size(), to);
        EXPECT_EQ(text, unknown.text);
    }

    Surgery surgery{GetParam().system, GetParam().format};
    const std::string number = surgery.seed.patients[0].nhs_number;
    const std::string nobody = tests::synthetic_nhs_number(unknown_person);
    gateway::policy::Consent consent{.patient = *fhir::NhsNumber::parse(number)};
};
INSTANTIATE_TEST_SUITE_P(Systems, GpConnectHidden,
                         testing::Values(Conversation{"gpconnect"}, Conversation{"tpp"},
                                         Conversation{"vision"}, Conversation{"microtest", Format::xml},
                                         Conversation{"fhir_r4"}, Conversation{"emis"}),
                         name_of);

TEST_P(GpConnectHidden, SearchAndReadAnswerAsForNobody)
{
    EXPECT_EQ(search(number).entries("Patient").size(), 1U);
    hide();
    expect_alike(search(number), search(nobody));
    const auto read = [&](const std::string& digits) {
        return surgery.get("Patient/" + id_of(digits), "rest:read:patient-1");
    };
    EXPECT_EQ(read(number).outcome(), "404 PATIENT_NOT_FOUND");
    expect_alike(read(number), read(nobody));
    ASSERT_TRUE(tests::finished(surgery.consents().write(tests::ended(consent))));
    EXPECT_EQ(search(number).entries("Patient").size(), 1U);
}

TEST_P(GpConnectHidden, ABookingIsRefusedInTheSameWords)
{
    auto wanted = surgery.wanted();
    hide();
    const auto refused = surgery.post(wanted);
    member(wanted, "participant/0/actor/reference") = JsonValue("Patient/" + id_of(nobody));
    const auto unknown = surgery.post(wanted);
    EXPECT_EQ(refused.status, unknown.status);
    EXPECT_GE(refused.status, 400U);
    expect_alike(refused, unknown);
}

TEST_P(GpConnectHidden, OwnBookingsAreRetrievedReadAndCancelledOthersAreNotThere)
{
    const auto booked = surgery.booked();
    const std::string id = text_at(booked, "id");
    hide();
    EXPECT_EQ(retrieve(number).entries("Appointment").size(), 1U);
    EXPECT_EQ(surgery.get("Appointment/" + id, "rest:read:appointment-1").outcome(), "200");

    surgery.certificate_sent = "dd44";
    expect_alike(retrieve(number, other_hub()), retrieve(nobody, other_hub()));
    const auto hidden = surgery.get("Appointment/" + id, "rest:read:appointment-1", other_hub());
    const auto unknown = surgery.get("Appointment/0199f3c0-0000-7000-8000-000000000001",
                                     "rest:read:appointment-1", other_hub());
    EXPECT_EQ(hidden.outcome(), "404 NO_RECORD_FOUND");
    expect_alike(hidden, unknown);
    const auto cancelled = [&] {
        JsonValue changed = booked;
        changed.set("status", "cancelled");
        member(changed, "extension")
            .items()
            .push_back(JsonValue::object({{"url", "https://fhir.nhs.uk/STU3/StructureDefinition/"
                                                  "Extension-GPConnect-AppointmentCancellationReason-1"},
                                          {"valueString", "Recovered"}}));
        return changed;
    }();
    EXPECT_EQ(surgery.cancel(id, cancelled, other_hub()).outcome(), "404 NO_RECORD_FOUND");
    surgery.certificate_sent = std::string(certificate);
    EXPECT_EQ(surgery.cancel(id, cancelled).outcome(), "200");
}

TEST_P(GpConnectHidden, ADissentFromOneHubIsNoneFromAnother)
{
    hide(ConsentKind::dissent, "Z9H03");
    EXPECT_EQ(search(number).entries("Patient").size(), 1U);
    surgery.certificate_sent = "dd44";
    const auto other = surgery.get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C" + number,
                                   "rest:search:patient-1", other_hub());
    EXPECT_EQ(other.outcome(), "200") << other.text;
    EXPECT_TRUE(other.entries("Patient").empty());
}

} // namespace
