// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/patient_finder.hpp"

#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_identity.hpp"

#include "adapters/upstream/deadline.hpp"

#include <gtest/gtest.h>

namespace
{

using adapters::Awaitable;
using fhir::ErrorKind;
using fhir::Result;

/// A practice that knows one patient; it can be told to hang, to fail, or not to offer the search.
class OnePatientAdapter : public adapters::Adapter
{
public:
    OnePatientAdapter(std::string id, std::string digits) : id_(std::move(id)), digits_(std::move(digits))
    {
        can_.find_patient = true;
    }

    adapters::Capabilities can_;
    std::optional<ErrorKind> failure_;
    bool hangs_ = false;
    int asked_ = 0;

    const adapters::Capabilities& capabilities() const override { return can_; }
    Awaitable<Result<fhir::Patient>> find_patient(adapters::FindPatient query) override
    {
        ++asked_;
        if (hangs_)
            co_await adapters::pause(std::chrono::hours(1));
        if (failure_)
            co_return fhir::fail(*failure_);
        if (query.patient.number().digits() != digits_)
            co_return fhir::fail(ErrorKind::patient_not_found);
        fhir::Patient patient;
        patient.id = id_;
        co_return patient;
    }

    template <class T>
    static Awaitable<Result<T>> unused()
    {
        co_return fhir::fail(ErrorKind::not_implemented);
    }
    Awaitable<Result<adapters::PracticeSettings>> practice_settings(adapters::Provenance) override
    {
        return unused<adapters::PracticeSettings>();
    }
    Awaitable<Result<adapters::FoundSlots>> find_slots(adapters::FindSlots) override
    {
        return unused<adapters::FoundSlots>();
    }
    Awaitable<Result<fhir::Patient>> register_patient(adapters::FindPatient) override
    {
        return unused<fhir::Patient>();
    }
    Awaitable<Result<adapters::PatientLink>> link_patient(adapters::FindPatient) override
    {
        return unused<adapters::PatientLink>();
    }
    Awaitable<Result<adapters::SupplierAppointment>> book(adapters::BookAppointment) override
    {
        return unused<adapters::SupplierAppointment>();
    }
    Awaitable<Result<adapters::SupplierAppointment>> cancel(adapters::CancelAppointment) override
    {
        return unused<adapters::SupplierAppointment>();
    }
    Awaitable<Result<adapters::SupplierAppointment>> amend(adapters::AmendAppointment) override
    {
        return unused<adapters::SupplierAppointment>();
    }
    Awaitable<Result<adapters::SupplierAppointment>> read_appointment(adapters::ReadAppointment) override
    {
        return unused<adapters::SupplierAppointment>();
    }
    Awaitable<Result<std::vector<adapters::SupplierAppointment>>>
    list_appointments(adapters::ListAppointments) override
    {
        return unused<std::vector<adapters::SupplierAppointment>>();
    }

private:
    std::string id_, digits_;
};

class PatientFinder : public testing::Test
{
protected:
    PatientFinder()
    {
        for (const std::string ods : {"A11111", "B22222", "C33333"})
            add_practice(ods);
        const auto hub = *fhir::OdsCode::parse("ZZ901");
        directory_ = std::make_shared<const gateway::policy::Directory>(
            practices_, std::vector<gateway::policy::Federation>{
                            {"north", {practices_[0]->ods, practices_[1]->ods}, {hub}}});
        finder_ = gateway::search::make_patient_finder([this] { return directory_; }, clock_,
                                                       {.limit = std::chrono::milliseconds(20)});
    }

    void add_practice(const std::string& ods)
    {
        adapters_.push_back(std::make_shared<OnePatientAdapter>(ods + ".p1", "9990000018"));
        auto practice = std::make_shared<gateway::policy::Practice>(
            gateway::policy::Practice{.ods = *fhir::OdsCode::parse(ods),
                                      .name = "Practice " + ods,
                                      .system = "test",
                                      .phone = {},
                                      .search_identity = {},
                                      .upstream = {},
                                      .adapter = adapters_.back()});
        practices_.push_back(practice);
    }

    gateway::search::FoundPatients find(std::string_view digits)
    {
        return tests::run(finder_->find(caller_, *fhir::NhsNumber::parse(digits), "request-1"));
    }

    std::string read(std::string id)
    {
        const auto patient = tests::run(finder_->read(caller_, std::move(id), "request-1"));
        return patient                                          ? *patient->id
               : patient.error().kind() == ErrorKind::not_found ? "not found"
                                                                : "another error";
    }

    tests::FakeClock clock_;
    std::vector<std::shared_ptr<OnePatientAdapter>> adapters_;
    std::vector<std::shared_ptr<const gateway::policy::Practice>> practices_;
    std::shared_ptr<const gateway::policy::Directory> directory_;
    std::unique_ptr<gateway::search::PatientFinder> finder_;
    gateway::identity::Caller caller_ = tests::caller_with("system/*.cruds");
};

TEST_F(PatientFinder, EveryVisiblePracticeThatKnowsThePatientAnswers)
{
    const auto found = find("9990000018");
    ASSERT_EQ(found.patients.size(), 2u);
    EXPECT_EQ(found.patients[0].id, "A11111.p1");
    EXPECT_EQ(found.patients[1].id, "B22222.p1");
    EXPECT_EQ(adapters_[2]->asked_, 0) << "a practice that does not share was asked";
}

TEST_F(PatientFinder, PatientNobodyKnowsIsAnEmptyAnswer)
{
    const auto found = find("9990000026");
    EXPECT_TRUE(found.patients.empty());
    EXPECT_TRUE(found.missing.empty());
}

TEST_F(PatientFinder, HangingPracticeCostsOnlyItsOwnAnswer)
{
    adapters_[0]->hangs_ = true;
    const auto found = find("9990000018");
    ASSERT_EQ(found.patients.size(), 1u);
    ASSERT_EQ(found.missing.size(), 1u);
    EXPECT_EQ(found.missing[0].ods.text(), "A11111");
    EXPECT_EQ(found.missing[0].error.kind(), ErrorKind::supplier_timeout);
}

TEST_F(PatientFinder, PracticeWhoseSystemCannotBeAskedIsNamed)
{
    adapters_[1]->can_.find_patient = false;
    const auto found = find("9990000018");
    ASSERT_EQ(found.missing.size(), 1u);
    EXPECT_EQ(found.missing[0].error.kind(), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(adapters_[1]->asked_, 0);
}

TEST_F(PatientFinder, PracticeThatKnowsOnlyLinkedPatientsIsNotAsked)
{
    adapters_[1]->can_.needs_patient_link = true;
    const auto found = find("9990000018");
    EXPECT_EQ(adapters_[1]->asked_, 0);
    ASSERT_EQ(found.missing.size(), 1u);
    EXPECT_EQ(found.missing[0].error.kind(), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(found.missing[0].error.advice().find("Telephone"), std::string::npos);
}

TEST_F(PatientFinder, OnlyWhoFoundAPatientCanReadTheId)
{
    EXPECT_EQ(read("A11111.p1"), "not found");
    find("9990000018");
    EXPECT_EQ(read("A11111.p1"), "A11111.p1");
    caller_ = tests::caller_with("system/*.cruds", "ZZ902");
    EXPECT_EQ(read("A11111.p1"), "not found");
}

TEST_F(PatientFinder, FoundIdsAreForgottenAfterAWhile)
{
    find("9990000018");
    clock_.advance(std::chrono::minutes(31));
    EXPECT_EQ(read("A11111.p1"), "not found");
}

} // namespace
