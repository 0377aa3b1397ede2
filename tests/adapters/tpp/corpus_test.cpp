// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/host.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "adapters/tpp/tpp.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"
#include "tests/support/wire_corpus.hpp"

#include <gtest/gtest.h>

// What the client makes of answers that TPP should not give. Markup that is none stands in
// tests/adapters/xml/bad; all of these files are seeds of the fuzz target.

namespace tests
{

using adapters::upstream::Call;
using fhir::ErrorKind;

namespace
{

const std::string folder = std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/";
const std::string data = folder + "tpp/data/";

/// Brackenfold Surgery with one appointment held and one about to be booked; the log-in is still to be made.
class SpoiledTpp
{
public:
    SpoiledTpp()
        : seed_(practice_seed()), host_(
                                      [&](const adapters::Clock& clock) {
                                          return adapters::tpp::make_simulator(seed_, clock, random_);
                                      },
                                      clock_, random_),
          far_(host_, "/"), upstream(far_)
    {
        start_afresh();
        const auto found = find();
        order_ = {hub_provenance(), patient(), {found->slots.at(1)->offered()}, "Cough", "", "", clock_.now()};
        held_ = run(adapter_->book(*order_)).value();
        order_->slots = {found->slots.at(0)->offered()};
        start_afresh();
    }

    fhir::Result<adapters::FoundSlots> find() { return run(adapter_->find_slots(query_)); }
    auto settings() { return run(adapter_->practice_settings(hub_provenance())); }
    auto record() { return run(adapter_->find_patient({hub_provenance(), patient()})); }
    auto book() { return run(adapter_->book(*order_)); }
    auto cancel() { return run(adapter_->cancel({hub_provenance(), patient(), held_, ""})); }
    auto link() { return run(adapter_->link_patient({hub_provenance(), patient()})); }
    auto list() { return run(adapter_->list_appointments({hub_provenance(), patient(), query_.window})); }

    /// Every answer to that call, from the n-th on, is this one.
    void spoil(const std::string& operation, const std::string& body, int from = 1)
    {
        upstream.spoil = [=, this](const Call& call, UpstreamAnswer& answer) {
            if (call.operation == operation && upstream.calls[operation] >= from)
                answer->body = fhir::rest::OutBuffer(body);
        };
    }

private:
    adapters::PatientContext patient()
    {
        auto context = patient_context(seed_.patients[0]);
        context.link = adapters::PatientLink{host_.simulator().link_credential(seed_.patients[0].nhs_number)};
        return context;
    }

    void start_afresh()
    {
        const adapters::PracticeConfig practice{fhir::OdsCode::parse(seed_.ods).value(), seed_.name,
                                                host_.simulator().client_settings(), std::chrono::seconds(20),
                                                std::chrono::seconds(20)};
        adapter_ = adapters::tpp::make_adapter(practice, upstream, clock_, random_);
        upstream.calls.clear();
    }

    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    adapters::simulation::SimulatorHost host_;
    adapters::simulation::SimulatedUpstream far_;
    adapters::FindSlots query_{{clock_.now(), clock_.now() + std::chrono::days(28)}, hub_provenance(), {}};
    std::optional<adapters::BookAppointment> order_;
    adapters::SupplierAppointment held_;
    std::unique_ptr<adapters::Adapter> adapter_;

public:
    SpoiledUpstream upstream;
};

template <class T>
std::optional<fhir::Error> error_in(const fhir::Result<T>& result)
{
    return result ? std::nullopt : std::optional(result.error());
}

/// One answer that the client reads, and something for which it is needed.
struct Reply
{
    std::string operation;
    std::string purpose;
    std::function<std::optional<fhir::Error>(SpoiledTpp&)> act;
    bool is_write = false;
};

const std::vector<Reply>& replies()
{
    const auto find = [](SpoiledTpp& tpp) { return error_in(tpp.find()); };
    const auto book = [](SpoiledTpp& tpp) { return error_in(tpp.book()); };
    const auto cancel = [](SpoiledTpp& tpp) { return error_in(tpp.cancel()); };
    const auto list = [](SpoiledTpp& tpp) { return error_in(tpp.list()); };
    const auto record = [](SpoiledTpp& tpp) { return error_in(tpp.record()); };
    const auto settings = [](SpoiledTpp& tpp) { return error_in(tpp.settings()); };
    static const std::vector<Reply> all{
        {"log_in", "find", find},
        {"log_in", "book", book},
        {"log_in", "cancel", cancel},
        {"find_patient", "record", record},
        {"find_patient", "book", book},
        {"find_patient", "cancel", cancel},
        {"find_patient", "list", list},
        {"practice_services", "settings", settings},
        {"practice_settings", "settings", settings},
        {"find_slots", "find", find},
        {"list_appointments", "list", list},
        {"list_appointments", "book", book},
        {"link_patient", "link", [](SpoiledTpp& tpp) { return error_in(tpp.link()); }},
        {"book", "book", book, true},
        {"cancel", "cancel", cancel, true}};
    return all;
}

/// A booking or cancellation whose own answer is spoilt is unknown; one that is spoilt earlier is not sent.
void expect_error(const Reply& reply, SpoiledTpp& tpp, ErrorKind of_reads, const std::string& why)
{
    const auto error = reply.act(tpp);
    const auto context = reply.operation + " for " + reply.purpose + ": " + why;
    ASSERT_TRUE(error) << context;
    EXPECT_EQ(error->kind(), reply.is_write ? ErrorKind::outcome_unknown : of_reads) << context;
    EXPECT_EQ(error->effect_possible(), reply.is_write) << context;
    EXPECT_EQ(tpp.upstream.calls["book"] + tpp.upstream.calls["cancel"], reply.is_write ? 1 : 0) << context;
}

ErrorKind kind_of(const std::string& file)
{
    if (file == "another_persons_access.xml")
        return ErrorKind::service_disabled;
    return file.find("nhs_number") != std::string::npos ? ErrorKind::link_invalid
                                                        : ErrorKind::supplier_malformed;
}

} // namespace

TEST(TppCorpus, BytesThatAreNoMarkupAreMalformedOrLeaveAWriteOpen)
{
    const auto files = corpus(folder + "xml/bad");
    EXPECT_GE(files.size(), 20U);
    for (const auto& reply : replies())
        for (const auto& file : files) {
            SpoiledTpp tpp;
            tpp.spoil(reply.operation, file.text);
            expect_error(reply, tpp, ErrorKind::supplier_malformed, file.name);
        }
}

TEST(TppCorpus, AnswersAboutSomethingElseAreNotTakenForTheRightOnes)
{
    for (const auto& reply : replies()) {
        const auto files = corpus(data + "bad/" + reply.operation);
        EXPECT_GE(files.size(), 3U) << reply.operation;
        for (const auto& file : files) {
            SpoiledTpp tpp;
            tpp.spoil(reply.operation, file.text);
            expect_error(reply, tpp, kind_of(file.name), file.name);
        }
    }
}

TEST(TppCorpus, AnAnswerTooLargeOrTooLateIsNoAnswer)
{
    for (const auto& reply : replies())
        for (const auto kind : {ErrorKind::supplier_malformed, ErrorKind::supplier_timeout}) {
            SpoiledTpp tpp;
            tpp.upstream.spoil = [&](const Call& call, UpstreamAnswer& answer) {
                if (call.operation == reply.operation)
                    answer = std::unexpected(lost(kind, call));
            };
            expect_error(reply, tpp, kind, kind == ErrorKind::supplier_timeout ? "late" : "large");
        }
}

TEST(TppCorpus, AnAnswerWithoutASessionIdOpensNone)
{
    for (const auto& reply : replies()) {
        if (reply.operation != "log_in")
            continue;
        SpoiledTpp tpp;
        tpp.upstream.spoil = [](const Call& call, UpstreamAnswer& answer) {
            if (call.operation == "log_in")
                answer = answer_of(200, "text/xml", std::string(answer->body.view()));
        };
        expect_error(reply, tpp, ErrorKind::supplier_malformed, "without suid");
    }
}

TEST(TppCorpus, ABrokenListAfterABookingLeavesItOpen)
{
    for (const auto& file : corpus(data + "bad/list_appointments")) {
        SpoiledTpp tpp;
        tpp.spoil("list_appointments", file.text, 2);
        const auto booked = tpp.book();
        ASSERT_FALSE(booked) << file.name;
        EXPECT_EQ(booked.error().kind(), ErrorKind::outcome_unknown) << file.name;
        EXPECT_TRUE(booked.error().effect_possible()) << file.name;
    }
}

/// Words that nobody knows are believed only when the list shows every appointment's times.
TEST(TppCorpus, ARefusalNobodyKnowsIsNotBelievedWhileAnAppointmentHidesItsTimes)
{
    for (const auto* hidden : {"startDate=\"\"", "endDate=\"later\""}) {
        SpoiledTpp tpp;
        const std::string row = std::string("<ViewAppointmentsReply><Appointment apptId=\"c0\" ") + hidden +
                                " /></ViewAppointmentsReply>";
        tpp.upstream.spoil = [&](const Call& call, UpstreamAnswer& answer) {
            if (call.operation == "book")
                answer->body = fhir::rest::OutBuffer(std::string("<Error errorCode=\"0000\" />"));
            if (call.operation == "list_appointments" && tpp.upstream.calls["book"] > 0)
                answer->body = fhir::rest::OutBuffer(row);
        };
        const auto booked = tpp.book();
        ASSERT_FALSE(booked) << hidden;
        EXPECT_EQ(booked.error().kind(), ErrorKind::outcome_unknown) << hidden;
    }
}

TEST(TppCorpus, ALinkToAnotherAccountThanTheOneMadeIsNone)
{
    SpoiledTpp tpp;
    tpp.spoil("link_patient", R"(<LinkAccountReply accountId="700499999" passphrase="cGFzcw==" />)", 2);
    const auto linked = tpp.link();
    ASSERT_FALSE(linked);
    EXPECT_EQ(linked.error().kind(), ErrorKind::supplier_malformed);
    EXPECT_EQ(tpp.upstream.calls["link_patient"], 2);
}

TEST(TppCorpus, BrokenGuidanceCostsASearchNothingElse)
{
    for (const auto& file : corpus(data + "bad/practice_settings")) {
        SpoiledTpp tpp;
        tpp.spoil("practice_settings", file.text);
        const auto found = tpp.find();
        ASSERT_TRUE(found) << file.name;
        EXPECT_EQ(found->slots.size(), 41U) << file.name;
        EXPECT_EQ(found->warnings.size(), 1U) << file.name;
    }
}

TEST(TppCorpus, RowsThatCannotBeUsedAreLeftOutWithAWarningEach)
{
    for (const auto& file : corpus(data + "bad_rows")) {
        SpoiledTpp tpp;
        tpp.spoil("find_slots", file.text);
        const auto found = tpp.find();
        ASSERT_TRUE(found) << file.name;
        ASSERT_EQ(found->slots.size(), 1U) << file.name;
        EXPECT_EQ(found->slots[0]->start(), at("2026-11-24T09:00:00Z")) << file.name;
        EXPECT_EQ(found->warnings.size(), file.name == "slot_twice.xml" ? 0U : 1U) << file.name;
    }
}

} // namespace tests
