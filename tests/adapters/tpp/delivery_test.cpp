// SPDX-License-Identifier: Apache-2.0
// Messages and requests for repeat medicines at TPP: what arrives, and what is said of it when not.
#include "adapters/tpp/wire_delivery.hpp"
#include "tests/adapters/tpp/client.hpp"

namespace tests
{

namespace tpp_delivery_test
{

const std::string amlodipine = "Amlodipine 5mg tablets", codeine = "Codeine 30mg tablets",
                  paracetamol = "Paracetamol 500mg tablets";

const std::string reference = "3f0a9c12d4e5";

class TppDelivery : public SupplierClient<TppUpstream>
{
protected:
    TppDelivery() : SupplierClient("tpp") {}

    adapters::Delivery message(std::size_t n = 0)
    {
        adapters::Delivery delivery;
        delivery.provenance = hub_provenance();
        delivery.patient = patient(n);
        delivery.reference = reference;
        delivery.team = "reception";
        delivery.subject = "Blood results";
        delivery.text = "Please call back.\nReference: " + reference + "\n";
        delivery.sent = clock_.now();
        return delivery;
    }
    adapters::Delivery request(std::vector<std::string> medicines)
    {
        auto delivery = message();
        delivery.form = adapters::DeliveryForm::prescription_request;
        delivery.medicines = std::move(medicines);
        return delivery;
    }
    fhir::Result<adapters::Receipt> deliver(adapters::Delivery delivery)
    {
        return run(adapter_->deliver(std::move(delivery)));
    }
    fhir::Error refusal_of(adapters::Delivery delivery)
    {
        const auto receipt = deliver(std::move(delivery));
        return receipt ? fhir::Error(ErrorKind::not_implemented) : receipt.error();
    }
    ErrorKind refused_as(adapters::Delivery delivery) { return refusal_of(std::move(delivery)).kind(); }
    fhir::Result<std::optional<adapters::Receipt>> look(adapters::Delivery delivery)
    {
        return run(adapter_->find_delivered(std::move(delivery)));
    }
    auto arrived() { return host_->messages(); }
    /// Done, and the answer cut.
    void lose_replies() { writes_meet(Fault::Kind::drop_after); }
    void writes_meet(Fault::Kind kind)
    {
        Fault fault;
        fault.kind = kind;
        fault.writes_only = true;
        host_->set_faults({fault});
    }
};

TEST_F(TppDelivery, AMessageArrivesOnceAndItsReceiptNamesIt)
{
    start();
    const auto receipt = deliver(message());
    ASSERT_TRUE(receipt) << receipt.error().sentence();
    ASSERT_EQ(arrived().size(), 1U);
    const auto row = arrived()[0];
    EXPECT_EQ(receipt->id, row.id);
    EXPECT_EQ(receipt->at, clock_.now());
    EXPECT_EQ(row.nhs_number, seed_.patients[0].nhs_number);
    EXPECT_EQ(row.recipient, "Reception") << "a team of the practice, by its own attribute";
    EXPECT_EQ(row.text, message().text) << "line ends too";
    EXPECT_EQ(upstream_->most_in_flight, 1);
}

TEST_F(TppDelivery, APersonIsARecipientOfAnotherKind)
{
    start();
    auto delivery = message();
    delivery.team = "dr duty doctor";
    EXPECT_TRUE(deliver(delivery));
    EXPECT_EQ(arrived().at(0).recipient, "Dr Duty Doctor");
}

TEST_F(TppDelivery, AReplyLostAfterItWasMadeIsUnknownAndFoundInTheSentList)
{
    start();
    lose_replies();
    const auto error = refusal_of(message());
    EXPECT_EQ(error.kind(), ErrorKind::outcome_unknown);
    EXPECT_TRUE(error.effect_possible());
    host_->set_faults({});
    const auto found = look(message());
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->id, arrived().at(0).id);
    auto another = message();
    another.reference = "000000000000";
    const auto other = look(another);
    ASSERT_TRUE(other);
    EXPECT_FALSE(*other);
}

TEST_F(TppDelivery, AServiceThatIsOffIsToldAndNothingIsSent)
{
    start({{"messages", "off"}});
    EXPECT_EQ(refused_as(message()), ErrorKind::service_disabled);
    start({{"prescribing", "off"}});
    EXPECT_EQ(refused_as(request({amlodipine})), ErrorKind::service_disabled);
    start({{"recipients", "none"}});
    EXPECT_EQ(refused_as(message()), ErrorKind::service_disabled);
    EXPECT_EQ(upstream_->calls["deliver_message"], 0);
}

TEST_F(TppDelivery, ARefusalNobodyKnowsIsBelievedWhenTheListAgrees)
{
    start({{"take_message", "refused"}});
    const auto error = refusal_of(message());
    EXPECT_EQ(error.kind(), ErrorKind::not_supported_by_practice);
    EXPECT_FALSE(error.effect_possible());
    start({{"take_message", "refused"}, {"sent_messages", "error"}});
    EXPECT_EQ(refused_as(message()), ErrorKind::outcome_unknown);
}

TEST_F(TppDelivery, NothingIsWrittenIntoAnotherPatientsRecord)
{
    start();
    auto delivery = message();
    delivery.patient.link = patient(1).link;
    EXPECT_EQ(refused_as(delivery), ErrorKind::link_invalid);
    delivery.patient.link.reset();
    EXPECT_EQ(refused_as(delivery), ErrorKind::link_invalid);
    EXPECT_TRUE(arrived().empty());
}

TEST_F(TppDelivery, MedicinesAreRequestedByTheirExactNamesAllOrNone)
{
    start();
    ASSERT_TRUE(deliver(request({amlodipine})));
    ASSERT_EQ(arrived().size(), 1U);
    EXPECT_EQ(arrived()[0].medicines, std::vector<std::string>{amlodipine});
    EXPECT_NE(arrived()[0].text.find(reference), std::string::npos);
    start();
    for (const auto& medicines : {std::vector<std::string>{"Amlodipine"},
                                  {"amlodipine 5mg tablets"},
                                  {amlodipine, "Aspirin"},
                                  {paracetamol},
                                  {codeine}})
        EXPECT_EQ(refused_as(request(medicines)), ErrorKind::not_supported_by_practice);
    EXPECT_TRUE(arrived().empty());
}

TEST_F(TppDelivery, ALostRequestForMedicinesCannotBeLookedUp)
{
    start();
    lose_replies();
    EXPECT_EQ(refused_as(request({amlodipine})), ErrorKind::outcome_unknown);
    host_->set_faults({});
    const auto found = look(request({amlodipine}));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::not_supported_by_practice);
}

TEST_F(TppDelivery, ARepeatedOrderIsRefusedWithItsReasonAndOtherWordsSayNothingSure)
{
    start();
    EXPECT_TRUE(deliver(request({amlodipine})));
    upstream_->change = [](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "list_courses")
            replace_all(response, "requestable=\"N\"", "requestable=\"Y\"");
    };
    EXPECT_EQ(refused_as(request({amlodipine})), ErrorKind::outside_booking_window);
    start({{"unclassified", "RequestMedication"}});
    EXPECT_EQ(refused_as(request({amlodipine})), ErrorKind::outcome_unknown);
}

TEST_F(TppDelivery, AListThatCannotBeReadTellsNothing)
{
    start();
    for (const auto* body : {"", "<Other />", "<MessagesViewReply><Message /></MessagesViewReply>",
                             "<MessagesViewReply><Message messageId=\" \" /></MessagesViewReply>"}) {
        upstream_->change = [body](const std::string& operation, fhir::rest::Response& response) {
            if (operation == "list_messages")
                response.body = fhir::rest::OutBuffer(std::string(body));
        };
        const auto found = look(message());
        ASSERT_FALSE(found) << body;
        EXPECT_EQ(found.error().kind(), ErrorKind::supplier_malformed) << body;
    }
}

} // namespace tpp_delivery_test

} // namespace tests
