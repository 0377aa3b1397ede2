// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/metered_adapter.hpp"

#include "gateway/observability/log.hpp"
#include "tests/support/asio_test.hpp"

#include <gtest/gtest.h>

using namespace gateway::observability;
using adapters::Awaitable;
using fhir::Result;

namespace
{

/// Finds one slot; every other call fails.
class HalfWorkingAdapter : public adapters::Adapter
{
public:
    const adapters::Capabilities& capabilities() const override { return capabilities_; }
    Awaitable<Result<adapters::PracticeSettings>> practice_settings(adapters::Provenance) override
    {
        co_return adapters::PracticeSettings{};
    }
    Awaitable<Result<adapters::FoundSlots>> find_slots(adapters::FindSlots) override
    {
        adapters::FoundSlots found;
        found.slots.push_back(adapters::share({}));
        co_return found;
    }
    Awaitable<Result<fhir::Patient>> find_patient(adapters::FindPatient) override { co_return refused(); }
    Awaitable<Result<fhir::Patient>> register_patient(adapters::FindPatient) override { co_return refused(); }
    Awaitable<Result<adapters::PatientLink>> link_patient(adapters::FindPatient) override
    {
        co_return refused();
    }
    Awaitable<Result<adapters::SupplierAppointment>> book(adapters::BookAppointment) override
    {
        co_return refused();
    }
    Awaitable<Result<adapters::SupplierAppointment>> cancel(adapters::CancelAppointment) override
    {
        co_return refused();
    }
    Awaitable<Result<adapters::SupplierAppointment>> amend(adapters::AmendAppointment) override
    {
        co_return refused();
    }
    Awaitable<Result<adapters::SupplierAppointment>> read_appointment(adapters::ReadAppointment) override
    {
        co_return refused();
    }
    Awaitable<Result<std::vector<adapters::SupplierAppointment>>>
    list_appointments(adapters::ListAppointments) override
    {
        co_return refused();
    }

private:
    static std::unexpected<fhir::Error> refused()
    {
        fhir::Error error(fhir::ErrorKind::slot_unavailable);
        error.from_supplier("-1152");
        return std::unexpected(std::move(error));
    }
    adapters::Capabilities capabilities_;
};

struct MeteredAdapterTest : testing::Test
{
    MeteredAdapterTest()
    {
        set_output([this](std::string_view line) { lines.emplace_back(line); });
    }
    ~MeteredAdapterTest() override { set_output({}); }

    Metrics metrics;
    std::unique_ptr<adapters::Adapter> adapter =
        make_metered_adapter(std::make_unique<HalfWorkingAdapter>(), "emis", "A90001", metrics);
    std::vector<std::string> lines;
};

} // namespace

TEST_F(MeteredAdapterTest, CountsACallThatWorked)
{
    const auto found = tests::run(adapter->find_slots({}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 1U);
    EXPECT_NE(metrics.text().find("connector=\"emis\",operation=\"find_slots\",outcome=\"ok\""),
              std::string::npos);
}

TEST_F(MeteredAdapterTest, TellsWhatWasDeliveredAndNothingOfItsWords)
{
    adapters::Delivery delivery;
    delivery.patient.nhs_number = fhir::NhsNumber::parse("9990000026");
    delivery.subject = delivery.text = "A rash since Monday";
    EXPECT_FALSE(tests::run(adapter->deliver(delivery)));
    delivery.form = adapters::DeliveryForm::prescription_request;
    EXPECT_FALSE(tests::run(adapter->deliver(delivery)));
    EXPECT_FALSE(tests::run(adapter->find_delivered(delivery)));
    flush();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_NE(lines[0].find(R"("operation":"deliver_message","outcome":"not-supported-by-practice")"),
              std::string::npos);
    EXPECT_NE(lines[1].find(R"("operation":"deliver_prescription_request")"), std::string::npos);
    EXPECT_NE(lines[2].find(R"("operation":"find_prescription_request")"), std::string::npos);
    for (const auto& line : lines) {
        EXPECT_EQ(line.find("999000"), std::string::npos);
        EXPECT_EQ(line.find("rash"), std::string::npos);
    }
}

TEST_F(MeteredAdapterTest, LogsAFailureWithItsCodeAndRequestId)
{
    const auto number = fhir::NhsNumber::parse("9990000026");
    ASSERT_TRUE(number);
    adapters::FindPatient query{{}, {*number, {}, {}}};
    query.provenance.request_id = "r-1";
    EXPECT_FALSE(tests::run(adapter->find_patient(std::move(query))));
    flush();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_NE(
        lines[0].find(R"("operation":"find_patient","outcome":"slot-unavailable","supplier_code":"-1152")"),
        std::string::npos);
    EXPECT_NE(lines[0].find(R"("request_id":"r-1")"), std::string::npos);
    EXPECT_EQ(lines[0].find("999000"), std::string::npos);
}
