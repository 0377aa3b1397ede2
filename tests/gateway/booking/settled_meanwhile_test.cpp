// SPDX-License-Identifier: Apache-2.0
// A request comes again while its outcome is being settled: wherever the end falls between two of its reads,
// the answer is an end or says that it is not known yet, never just the appointment as it happens to be.
#include "gateway/booking/resource_shape.hpp"
#include "gateway/store/store_gate.hpp"
#include "tests/gateway/booking/clinic.hpp"

#include <gtest/gtest.h>

using namespace gateway::booking;
using fhir::AppointmentStatus;
using tests::Clinic;
using Fault = tests::FakeAdapter::Fault;

namespace
{

/// Does something once, just before the n-th read of its store.
class BeforeRead : public gateway::store::StoreGate
{
public:
    BeforeRead(int count, std::function<void()> act) : left_(count), act_(std::move(act)) {}

    gateway::Awaitable<bool> before_commit() override { co_return true; }
    gateway::Awaitable<bool> after_commit() override { co_return true; }
    bool may_read() override
    {
        if (--left_ == 0)
            act_();
        return true;
    }
    bool happened() const { return left_ <= 0; }

private:
    int left_;
    std::function<void()> act_;
};

class SettledMeanwhile : public testing::Test
{
protected:
    SettledMeanwhile()
    {
        auto hold = Clinic::wanted();
        hold.status = AppointmentStatus::pending;
        held = clinic.book(std::move(hold)).value().appointment;
        clinic.adapter->write_faults = {Fault::cut_before};
        clinic.adapter->read_faults = {Fault::cut_before};
        const auto pending = clinic.update(held, booked(), request);
        EXPECT_TRUE(pending && pending->unresolved);
    }

    /// The settler finds that nothing was booked, and the hold has run out by then.
    void settle()
    {
        clinic.settle_fully();
        tests::run<int>(*clinic.context, [](SettlingService& service) -> gateway::Awaitable<int> {
            co_await service.end_holds();
            co_return 0;
        }(*clinic.service));
    }
    /// The same request again, whose n-th read waits while all that happens.
    Clinic::Outcome repeat(BeforeRead& gate)
    {
        clinic.gate = &gate;
        clinic.crash();
        clinic.start();
        boost::asio::io_context context(1);
        return tests::run(context,
                          clinic.service->update(request, *held.resource.id, held.version, booked()));
    }
    fhir::Appointment booked() const { return with_status(held.resource, AppointmentStatus::booked); }

    Clinic clinic;
    StoredAppointment held;
    WriteContext request = Clinic::from("key");
};

class SettledBeforeRead : public SettledMeanwhile, public testing::WithParamInterface<int>
{};

TEST_P(SettledBeforeRead, ABookingThatWasNotMadeIsNeverAnsweredAsDone)
{
    BeforeRead gate(GetParam(), [this] { settle(); });
    const auto answer = repeat(gate);
    EXPECT_TRUE(!answer || answer->unresolved)
        << "answered with an appointment that is " << code_of(answer->appointment.resource.status);
    EXPECT_EQ(clinic.adapter->books, 1) << "a repeat sends nothing";
}
INSTANTIATE_TEST_SUITE_P(Reads, SettledBeforeRead, testing::Range(1, 9));

TEST_F(SettledMeanwhile, ARepeatReadsNoMoreThanTheCasesAboveHoldUp)
{
    BeforeRead gate(8, [] {});
    const auto answer = repeat(gate);
    EXPECT_TRUE(answer && answer->unresolved);
    EXPECT_FALSE(gate.happened());
}

} // namespace
