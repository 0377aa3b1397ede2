// SPDX-License-Identifier: Apache-2.0
// Requests for repeat medicines at Microtest: what arrives, what is refused of it, and what is said when not.
#include "adapters/microtest/wire_delivery.hpp"
#include "tests/adapters/microtest/client.hpp"

namespace tests
{

namespace microtest_delivery_test
{

const std::string amlodipine = "Amlodipine 5mg tablets", codeine = "Codeine 30mg tablets",
                  paracetamol = "Paracetamol 500mg tablets";

class MicrotestDelivery : public MicrotestClient
{
protected:
    adapters::Delivery request(std::vector<std::string> medicines)
    {
        adapters::Delivery delivery;
        delivery.provenance = hub_provenance();
        delivery.patient = patient();
        delivery.form = adapters::DeliveryForm::prescription_request;
        delivery.reference = "3f0a9c12d4e5";
        delivery.text = "Reference: 3f0a9c12d4e5";
        delivery.medicines = std::move(medicines);
        delivery.sent = clock_.now();
        return delivery;
    }
    fhir::Result<adapters::Receipt> deliver(adapters::Delivery delivery)
    {
        return run(adapter_->deliver(std::move(delivery)));
    }
    ErrorKind refused_as(adapters::Delivery delivery)
    {
        const auto receipt = deliver(std::move(delivery));
        return receipt ? ErrorKind::not_implemented : receipt.error().kind();
    }
    fhir::Result<std::optional<adapters::Receipt>> look(adapters::Delivery delivery)
    {
        return run(adapter_->find_delivered(std::move(delivery)));
    }
    void writes_meet(Fault::Kind kind)
    {
        Fault fault;
        fault.kind = kind;
        fault.writes_only = true;
        host_->set_faults({fault});
    }
    auto arrived() { return host_->messages(); }
};

TEST_F(MicrotestDelivery, MedicinesAreRequestedByTheirExactNames)
{
    start();
    ASSERT_TRUE(deliver(request({amlodipine})));
    ASSERT_EQ(arrived().size(), 1U);
    EXPECT_EQ(arrived()[0].medicines, std::vector<std::string>{amlodipine});
    EXPECT_EQ(arrived()[0].text, "Reference: 3f0a9c12d4e5");
    for (const auto& medicines :
         {std::vector<std::string>{"Amlodipine"}, {amlodipine, "Aspirin"}, {paracetamol}})
        EXPECT_EQ(refused_as(request(medicines)), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(arrived().size(), 1U);
}

TEST_F(MicrotestDelivery, APartThatIsRefusedIsNamed)
{
    start();
    const auto receipt = deliver(request({amlodipine, codeine}));
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->refused, std::vector<std::string>{codeine});
    EXPECT_EQ(arrived().at(0).medicines, std::vector<std::string>{amlodipine});
    EXPECT_EQ(refused_as(request({codeine})), ErrorKind::outside_booking_window) << "all of it is refused";
    upstream_->change = [](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "deliver_prescription_request")
            replace_all(response, "failed", "perhaps");
    };
    EXPECT_EQ(refused_as(request({amlodipine, codeine})), ErrorKind::outcome_unknown);
}

TEST_F(MicrotestDelivery, ALostReplyIsFoundByWhatWasRequestedSince)
{
    start();
    writes_meet(Fault::Kind::drop_after);
    EXPECT_EQ(refused_as(request({amlodipine, codeine})), ErrorKind::outcome_unknown);
    host_->set_faults({});
    const auto found = look(request({amlodipine, codeine}));
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->at, clock_.now());
    EXPECT_EQ((*found)->refused, std::vector<std::string>{codeine});
    const auto other = look(request({codeine}));
    ASSERT_TRUE(other);
    EXPECT_FALSE(*other);
    auto later = request({amlodipine});
    later.sent = clock_.now() + std::chrono::hours(1);
    const auto older = look(later);
    ASSERT_TRUE(older);
    EXPECT_FALSE(*older) << "one from before it was sent";
}

TEST_F(MicrotestDelivery, ADayAloneDoesNotTellWhoseRequestItIs)
{
    start({{"order_date", "day"}});
    const auto before = look(request({amlodipine}));
    ASSERT_TRUE(before);
    EXPECT_FALSE(*before) << "nothing of that day at all";
    ASSERT_TRUE(deliver(request({amlodipine})));
    const auto found = look(request({amlodipine}));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::not_supported_by_practice);
}

TEST_F(MicrotestDelivery, MessagesAreNotTakenAndAServiceThatIsOffIsTold)
{
    start({{"prescribing", "off"}});
    auto message = request({});
    message.form = adapters::DeliveryForm::message;
    EXPECT_EQ(refused_as(message), ErrorKind::not_supported_by_practice);
    EXPECT_EQ(refused_as(request({amlodipine})), ErrorKind::service_disabled);
    auto stranger = request({amlodipine});
    stranger.patient.nhs_number = fhir::NhsNumber::parse("9999999980");
    EXPECT_EQ(refused_as(stranger), ErrorKind::patient_not_found);
}

} // namespace microtest_delivery_test

} // namespace tests
