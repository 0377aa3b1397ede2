// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/stranger.hpp"

#include "tests/support/asio_test.hpp"
#include "tests/support/fake_adapter.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

namespace tests::stranger_cases
{

using fhir::ErrorKind;
using tests::FakeAdapter;
using tests::run;

const fhir::NhsNumber somebody = *fhir::NhsNumber::parse("9990000018");

/// Notes whom it is asked about.
class Listening : public FakeAdapter
{
public:
    std::vector<adapters::PatientContext> asked;

    adapters::Awaitable<fhir::Result<fhir::Patient>> find_patient(adapters::FindPatient query) override
    {
        asked.push_back(query.patient);
        return FakeAdapter::find_patient(std::move(query));
    }
    adapters::Awaitable<fhir::Result<adapters::PatientLink>>
    link_patient(adapters::FindPatient query) override
    {
        asked.push_back(query.patient);
        return FakeAdapter::link_patient(std::move(query));
    }
    adapters::Awaitable<fhir::Result<std::vector<adapters::SupplierAppointment>>>
    list_appointments(adapters::ListAppointments query) override
    {
        asked.push_back(query.patient);
        return FakeAdapter::list_appointments(std::move(query));
    }
};

class StrangerTest : public testing::Test
{
protected:
    static adapters::PatientContext patient()
    {
        fhir::Patient details;
        details.identifier = {fhir::identifier_of(fhir::nhs_number_system, "9990000018")};
        details.name.emplace_back();
        details.name[0].family = "Fairlamb";
        details.name[0].given = {"Rosa"};
        details.birth_date = fhir::parse_date_time("1962-04-09");
        details.telecom.emplace_back();
        details.telecom[0].value = "07700900123";
        return {somebody, adapters::PatientLink{"link"}, std::move(details)};
    }
    adapters::FindPatient question() { return {{}, patient()}; }

    std::shared_ptr<Listening> system = std::make_shared<Listening>();
    std::shared_ptr<adapters::Adapter> stranger = gateway::policy::make_stranger_adapter(system);
};

TEST_F(StrangerTest, QuestionsAreAboutNobody)
{
    system->can.find_patient = true;
    (void)run(stranger->find_patient(question()));
    (void)run(stranger->link_patient(question()));
    (void)run(stranger->list_appointments({{}, patient(), {}}));
    (void)run(stranger->book({{}, patient(), {}, {}, {}, {}, {}}));
    ASSERT_EQ(system->asked.size(), 4U);
    for (const auto& asked : system->asked) {
        EXPECT_EQ(asked.nhs_number, gateway::policy::number_of_nobody());
        EXPECT_FALSE(asked.link);
        ASSERT_TRUE(asked.demographics);
        EXPECT_EQ(asked.demographics->name[0].family, "Nobody");
        EXPECT_EQ(asked.demographics->name[0].given, std::vector<std::string>{"Nobody"});
        EXPECT_EQ(fhir::to_text(*asked.demographics->birth_date), "1900-01-01");
        EXPECT_TRUE(asked.demographics->identifier.empty());
        EXPECT_TRUE(asked.demographics->telecom.empty());
    }
}

TEST_F(StrangerTest, WhoeverIsFoundOrLinkedIsNotThePatient)
{
    system->can.find_patient = true;
    EXPECT_EQ(run(stranger->find_patient(question())).error().kind(), ErrorKind::patient_not_found);
    EXPECT_EQ(run(stranger->link_patient(question())).error().kind(), ErrorKind::patient_not_found);
    EXPECT_EQ(run(stranger->list_appointments({{}, patient(), {}})).error().kind(),
              ErrorKind::patient_not_found);
    EXPECT_EQ(run(stranger->book({{}, patient(), {}, {}, {}, {}, {}})).error().kind(),
              ErrorKind::patient_not_found);
}

TEST_F(StrangerTest, NothingIsEverWritten)
{
    (void)run(stranger->book({{}, patient(), {}, {}, {}, {}, {}}));
    EXPECT_EQ(run(stranger->register_patient(question())).error().kind(), ErrorKind::patient_ineligible);
    EXPECT_EQ(system->books, 0);
    EXPECT_EQ(system->registrations, 0);
    EXPECT_TRUE(system->rows.empty());
}

TEST_F(StrangerTest, TheSystemsOwnTroublesAreTold)
{
    system->link_error = fhir::Error(ErrorKind::supplier_unavailable);
    EXPECT_EQ(run(stranger->link_patient(question())).error().kind(), ErrorKind::supplier_unavailable);
    system->links_open_another_record = true;
    EXPECT_EQ(run(stranger->find_patient(question())).error().kind(), ErrorKind::link_invalid);
}

TEST_F(StrangerTest, AMissingDetailStaysMissing)
{
    auto query = question();
    query.patient.demographics->name[0].family = " ";
    query.patient.demographics->birth_date.reset();
    (void)run(stranger->link_patient(query));
    ASSERT_EQ(system->asked.size(), 1U);
    EXPECT_EQ(system->asked[0].demographics->name[0].family, "");
    EXPECT_FALSE(system->asked[0].demographics->birth_date);
}

} // namespace tests::stranger_cases
