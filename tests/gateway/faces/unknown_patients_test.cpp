// SPDX-License-Identifier: Apache-2.0
#include "fhir/outcome/catalogue.hpp"
#include "fhir/search/slot_query.hpp"
#include "tests/gateway/faces/gpconnect/surgery.hpp"
#include "tests/support/asio_test.hpp"

#include <algorithm>

// Whom a practice does not know, and who has no NHS number: what becomes of their booking at each kind of
// system, through the booking service.
namespace
{

using fhir::ErrorKind;
using tests::gpc::Surgery;

struct SystemRow
{
    const char* system;
    bool unknown_booked; ///< with a number and details, never seen there before
    bool numberless_booked;
};

void PrintTo(const SystemRow& row, std::ostream* out)
{
    *out << row.system;
}

const SystemRow systems[] = {
    {"emis", false, false},      {"tpp", false, false},      {"vision", false, false},
    {"microtest", false, false}, {"gpconnect", true, false}, {"fhir_r4", true, true},
    {"bars", true, true},
};

class UnknownPatients : public testing::TestWithParam<SystemRow>
{
protected:
    gateway::identity::Caller hub() const
    {
        return {"client", *fhir::OdsCode::parse("Z9H01"), "Wharfshire Hub", {}, "01632960900", {}, {}};
    }
    fhir::Slot free_slot()
    {
        fhir::search::SlotQuery query;
        const fhir::Instant from = surgery.clock.now(), to = from + std::chrono::days(14);
        query.start = {{fhir::search::Prefix::ge, {from, from + std::chrono::milliseconds(1)}, {}},
                       {fhir::search::Prefix::lt, {to, to + std::chrono::milliseconds(1)}, {}}};
        const auto found = tests::run(surgery.context(),
                                      surgery.search().find_slots(hub(), std::move(query), false, "request"));
        EXPECT_TRUE(found && (*found)->total > 0);
        return (*found)->page(0, 1).front().slot->offered().slot;
    }
    static fhir::Patient stranger()
    {
        fhir::Patient patient;
        patient.id = "p";
        patient.name.emplace_back();
        patient.name[0].use = fhir::NameUse::official;
        patient.name[0].family = "Nettlebed";
        patient.name[0].given = {"Piers"};
        patient.gender = fhir::Gender::male;
        patient.birth_date = fhir::parse_date_time("1990-01-02");
        patient.telecom.emplace_back();
        patient.telecom[0].system = fhir::ContactSystem::phone;
        patient.telecom[0].value = "07700900123";
        return patient;
    }
    fhir::Result<gateway::booking::WriteOutcome> book(fhir::Patient patient)
    {
        const fhir::Slot slot = free_slot();
        fhir::Appointment wanted;
        wanted.status = fhir::AppointmentStatus::booked;
        wanted.slot = {fhir::reference_to("Slot/" + *slot.id)};
        wanted.start = slot.start;
        wanted.end = slot.end;
        wanted.description = "Ear pain";
        wanted.contained.emplace_back(std::move(patient));
        wanted.participant.emplace_back();
        wanted.participant[0].actor = fhir::reference_to("#p");
        return tests::run(surgery.context(),
                          surgery.booking().book({hub(), "request", {}, "hash", "user", "A. User"},
                                                 std::move(wanted), std::nullopt));
    }
    /// Nothing is booked, and whoever asked is told who must do what, in the words of each face.
    static void expect_plain(const fhir::Error& error)
    {
        EXPECT_EQ(fhir::catalogue_row(error.kind()).bars_code, "REC_UNPROCESSABLE_ENTITY")
            << error.sentence();
        EXPECT_FALSE(error.effect_possible());
        const bool says = error.advice().find("practice") != std::string::npos;
        EXPECT_TRUE(says) << error.sentence() << " " << error.advice();
    }

    void expect_booked(const gateway::booking::WriteOutcome& booked)
    {
        EXPECT_FALSE(booked.unresolved);
        EXPECT_EQ(booked.appointment.resource.status, fhir::AppointmentStatus::booked);
        EXPECT_EQ(std::ranges::count(surgery.host().book(), std::string("booked"),
                                     &adapters::simulation::BookRow::status),
                  booked_before + 1);
    }

    Surgery surgery{GetParam().system};
    const std::ptrdiff_t booked_before = std::ranges::count(surgery.host().book(), std::string("booked"),
                                                            &adapters::simulation::BookRow::status);
};

TEST_P(UnknownPatients, WithDetailsAreTakenOnOrRefusedPlainly)
{
    auto patient = stranger();
    patient.identifier = {fhir::identifier_of(fhir::nhs_number_system, tests::synthetic_nhs_number(500))};
    const auto booked = book(std::move(patient));
    ASSERT_EQ(booked.has_value(), GetParam().unknown_booked) << (booked ? "" : booked.error().sentence());
    if (!booked)
        expect_plain(booked.error());
    else
        expect_booked(*booked);
}

TEST_P(UnknownPatients, WithoutAnNhsNumberAreBookedOrRefusedPlainly)
{
    const auto booked = book(stranger());
    ASSERT_EQ(booked.has_value(), GetParam().numberless_booked) << (booked ? "" : booked.error().sentence());
    if (!booked) {
        EXPECT_EQ(booked.error().kind(), ErrorKind::demographics_required);
        expect_plain(booked.error());
    } else {
        expect_booked(*booked);
    }
}

INSTANTIATE_TEST_SUITE_P(Systems, UnknownPatients, testing::ValuesIn(systems),
                         [](const auto& info) { return std::string(info.param.system); });

} // namespace
