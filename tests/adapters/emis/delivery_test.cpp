// SPDX-License-Identifier: Apache-2.0
// Messages and requests for repeat medicines at EMIS: what arrives, and what is said of it when not.
#include "adapters/emis/wire_delivery.hpp"
#include "tests/support/supplier_client.hpp"

namespace tests
{

namespace emis_delivery_test
{

const std::string amlodipine = "Amlodipine 5mg tablets", codeine = "Codeine 30mg tablets",
                  paracetamol = "Paracetamol 500mg tablets",
                  salbutamol = "Salbutamol 100micrograms/dose inhaler CFC free";

const std::string reference = "3f0a9c12d4e5";

class EmisDelivery : public SupplierClient<WatchedUpstream>
{
protected:
    EmisDelivery() : SupplierClient("emis") {}

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

TEST_F(EmisDelivery, AMessageArrivesOnceAndItsReceiptNamesIt)
{
    start();
    const auto receipt = deliver(message());
    ASSERT_TRUE(receipt) << receipt.error().sentence();
    ASSERT_EQ(arrived().size(), 1U);
    const auto row = arrived()[0];
    EXPECT_EQ(receipt->id, row.id);
    EXPECT_EQ(receipt->at, clock_.now());
    EXPECT_EQ(row.nhs_number, seed_.patients[0].nhs_number);
    EXPECT_EQ(row.recipient, "Reception") << "the team's name, whatever its case";
    EXPECT_EQ(row.subject, "Blood results (" + reference + ")");
    EXPECT_EQ(row.text, message().text);
}

TEST_F(EmisDelivery, ATeamThatTheSystemDoesNotKnowIsReadByItsFirstRecipient)
{
    start();
    auto delivery = message();
    delivery.team = "Duty team";
    EXPECT_TRUE(deliver(delivery));
    EXPECT_EQ(arrived().at(0).recipient, "Dr Duty Doctor");
}

TEST_F(EmisDelivery, ALongSubjectKeepsTheReference)
{
    start();
    auto delivery = message();
    delivery.subject = "Ergebnisse " + std::string(30, 'x');
    for (int i = 0; i < 20; ++i)
        delivery.subject += "\xC3\xBC"; // cut in the middle of one of these
    ASSERT_TRUE(deliver(delivery));
    const auto subject = arrived().at(0).subject;
    EXPECT_TRUE(subject.ends_with("(" + reference + ")")) << subject;
    EXPECT_LE(subject.size(), adapters::emis::max_subject);
}

TEST_F(EmisDelivery, AReplyLostAfterItWasMadeIsUnknownAndFoundInTheSentList)
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
    EXPECT_FALSE(*other) << "another message is not taken for it";
}

TEST_F(EmisDelivery, WhatNeverArrivedIsNotFound)
{
    start();
    writes_meet(Fault::Kind::drop_before);
    EXPECT_EQ(refused_as(message()), ErrorKind::outcome_unknown);
    host_->set_faults({});
    const auto found = look(message());
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
}

TEST_F(EmisDelivery, AServiceThatIsOffIsToldAndNothingIsSent)
{
    start({{"messages", "off"}});
    EXPECT_EQ(refused_as(message()), ErrorKind::service_disabled);
    start({{"prescribing", "off"}});
    EXPECT_EQ(refused_as(request({amlodipine})), ErrorKind::service_disabled);
    start({{"prescribing_off", practice_seed().patients[0].nhs_number}});
    EXPECT_EQ(refused_as(request({amlodipine})), ErrorKind::service_disabled);
    EXPECT_EQ(upstream_->calls["deliver_prescription_request"], 0) << "the patient's own setting was asked";
    start({{"recipients", "none"}});
    EXPECT_EQ(refused_as(message()), ErrorKind::service_disabled);
    EXPECT_EQ(upstream_->calls["deliver_message"], 0);
}

TEST_F(EmisDelivery, AnErrorDocumentUnderStatus200IsAnError)
{
    start({{"take_message", "error"}});
    const auto error = refusal_of(message());
    EXPECT_EQ(error.kind(), ErrorKind::outcome_unknown) << "it does not say that nothing was done";
    start({{"sent_messages", "error"}});
    const auto found = look(message());
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::supplier_error);
    EXPECT_TRUE(deliver(message())) << "the receipt can do without the list";
}

TEST_F(EmisDelivery, ARefusalNobodyKnowsIsOneAllTheSame)
{
    start({{"take_message", "refused"}});
    const auto error = refusal_of(message());
    EXPECT_EQ(error.kind(), ErrorKind::not_supported_by_practice);
    EXPECT_FALSE(error.effect_possible());
    EXPECT_TRUE(arrived().empty());
}

TEST_F(EmisDelivery, NothingIsWrittenIntoAnotherPatientsRecord)
{
    start();
    auto delivery = message();
    delivery.patient.link = patient(1).link;
    EXPECT_EQ(refused_as(delivery), ErrorKind::link_invalid);
    delivery.patient.link.reset();
    EXPECT_EQ(refused_as(delivery), ErrorKind::link_invalid);
    EXPECT_TRUE(arrived().empty());
}

TEST_F(EmisDelivery, MedicinesAreRequestedByTheirExactNamesAllOrNone)
{
    start();
    ASSERT_TRUE(deliver(request({amlodipine, " " + salbutamol, amlodipine})));
    ASSERT_EQ(arrived().size(), 1U);
    EXPECT_EQ(arrived()[0].medicines, (std::vector<std::string>{salbutamol, amlodipine}));
    EXPECT_NE(arrived()[0].text.find(reference), std::string::npos) << "the comment has the reference";
    start();
    for (const auto& medicines : {std::vector<std::string>{"Amlodipine"},
                                  {"amlodipine 5mg tablets"},
                                  {amlodipine, "Aspirin"},
                                  {paracetamol},
                                  {codeine},
                                  {}})
        EXPECT_EQ(refused_as(request(medicines)), ErrorKind::not_supported_by_practice);
    EXPECT_TRUE(arrived().empty());
}

TEST_F(EmisDelivery, ALostRequestIsFoundByItsMedicines)
{
    start();
    lose_replies();
    EXPECT_EQ(refused_as(request({amlodipine, salbutamol})), ErrorKind::outcome_unknown);
    host_->set_faults({});
    const auto found = look(request({salbutamol, amlodipine}));
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->at, clock_.now());
    const auto other = look(request({salbutamol}));
    ASSERT_TRUE(other);
    EXPECT_FALSE(*other);
    auto later = request({salbutamol, amlodipine});
    later.sent = clock_.now() + std::chrono::hours(1);
    const auto older = look(later);
    ASSERT_TRUE(older);
    EXPECT_FALSE(*older) << "one from before it was sent";
}

TEST_F(EmisDelivery, ARepeatedOrderIsRefusedWithItsReason)
{
    start();
    EXPECT_TRUE(deliver(request({amlodipine})));
    upstream_->change = [](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "list_courses")
            replace_all(response, "\"CanBeRequested\":false", "\"CanBeRequested\":true");
    };
    EXPECT_EQ(refused_as(request({amlodipine})), ErrorKind::outside_booking_window);
    EXPECT_EQ(arrived().size(), 1U);
}

TEST_F(EmisDelivery, ACommentIsSentOnlyWhereThePracticeTakesOne)
{
    start({{"prescribing_comment", "not_requested"}});
    EXPECT_TRUE(deliver(request({amlodipine})));
    EXPECT_EQ(arrived().at(0).text, "");
    start({{"prescribing_comment", "mandatory"}});
    EXPECT_TRUE(deliver(request({amlodipine})));
}

TEST_F(EmisDelivery, AListThatCannotBeReadTellsNothing)
{
    start();
    for (const auto* body : {"{}", "[]", R"({"Messages":null})", R"({"Messages":[1]})",
                             R"({"Messages":[{"Subject":"x"}]})", R"({"Messages":{}})", ""}) {
        upstream_->change = [body](const std::string& operation, fhir::rest::Response& response) {
            if (operation == "list_messages")
                response.body = fhir::rest::OutBuffer(std::string(body));
        };
        const auto found = look(message());
        ASSERT_FALSE(found) << body;
        EXPECT_EQ(found.error().kind(), ErrorKind::supplier_malformed) << body;
    }
}

TEST_F(EmisDelivery, AnAnswerThatSaysNothingSureLeavesAWriteOpen)
{
    start();
    for (const auto* body :
         {"{}", "[]", R"({"MessageSent":false})", R"({"MessageSent":"yes"})", "", "<html>"}) {
        upstream_->change = [body](const std::string& operation, fhir::rest::Response& response) {
            if (operation == "deliver_message")
                response.body = fhir::rest::OutBuffer(std::string(body));
        };
        const auto error = refusal_of(message());
        EXPECT_EQ(error.kind(), ErrorKind::outcome_unknown) << body;
        EXPECT_TRUE(error.effect_possible()) << body;
    }
}

TEST(EmisDeliveryWire, SettingsThatSayNothingOfMessagesHaveThemOff)
{
    const auto settings = adapters::emis::read_settings(R"({"Services":{"AppointmentsSupported":true}})");
    ASSERT_TRUE(settings);
    EXPECT_FALSE(settings->messages_supported);
    EXPECT_FALSE(settings->prescribing_supported);
    EXPECT_EQ(settings->prescribing_comment, adapters::Necessity::optional);
}

} // namespace emis_delivery_test

} // namespace tests
