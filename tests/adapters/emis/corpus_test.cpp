// SPDX-License-Identifier: Apache-2.0
#include "adapters/emis/emis.hpp"
#include "adapters/simulation/host.hpp"
#include "adapters/simulation/simulated_upstream.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/practice_seed.hpp"
#include "tests/support/wire_corpus.hpp"

#include <gtest/gtest.h>

// What the client makes of answers that EMIS should not give. The same files are seeds of the fuzz target.

namespace tests
{

using fhir::ErrorKind;

namespace
{

const std::string data = std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/emis/data/";

/// Brackenfold Surgery with one appointment held and one about to be booked; the log-in is still to be made.
class SpoiledEmis
{
public:
    SpoiledEmis()
        : seed_(practice_seed()), host_(
                                      [&](const adapters::Clock& clock) {
                                          return adapters::emis::make_simulator(seed_, clock, random_);
                                      },
                                      clock_, random_),
          far_(host_, "/pfs/"), upstream(far_)
    {
        start_afresh();
        (void)run(adapter_->link_patient({hub_provenance(), patient_context(seed_.patients[0])}));
        const auto found = find();
        order_ = {hub_provenance(), patient(), {found->slots.at(1)->offered()}, "Cough", "", "", clock_.now()};
        held_ = run(adapter_->book(*order_)).value();
        order_->slots = {found->slots.at(0)->offered()};
        start_afresh();
    }

    fhir::Result<adapters::FoundSlots> find()
    {
        return run(adapter_->find_slots(
            {{clock_.now(), clock_.now() + std::chrono::days(28)}, hub_provenance(), std::nullopt}));
    }
    auto settings() { return run(adapter_->practice_settings(hub_provenance())); }
    auto record() { return run(adapter_->find_patient({hub_provenance(), patient()})); }
    auto book() { return run(adapter_->book(*order_)); }
    auto cancel() { return run(adapter_->cancel({hub_provenance(), patient(), held_, "Recovered"})); }
    auto link() { return run(adapter_->link_patient({hub_provenance(), patient()})); }
    auto list()
    {
        return run(adapter_->list_appointments(
            {hub_provenance(), patient(), {clock_.now(), clock_.now() + std::chrono::days(28)}}));
    }

    /// Every answer to that call is this one.
    void spoil(const std::string& operation, const std::string& type, const std::string& body)
    {
        upstream.spoil = [=](const adapters::upstream::Call& call, UpstreamAnswer& answer) {
            if (call.operation == operation)
                answer = answer_of(200, type, body);
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
        adapter_ = adapters::emis::make_adapter(practice, upstream, clock_, random_);
        upstream.calls.clear();
    }

    FakeClock clock_;
    FakeRandom random_;
    adapters::simulation::PracticeSeed seed_;
    adapters::simulation::SimulatorHost host_;
    adapters::simulation::SimulatedUpstream far_;
    std::optional<adapters::BookAppointment> order_;
    adapters::SupplierAppointment held_;
    std::unique_ptr<adapters::Adapter> adapter_;

public:
    SpoiledUpstream upstream;
};

template <class T>
std::optional<fhir::Error> error_of(const fhir::Result<T>& result)
{
    return result ? std::nullopt : std::optional(result.error());
}

/// One answer that the client reads, and something for which it is needed.
struct Reply
{
    std::string operation;
    std::string purpose;
    std::function<std::optional<fhir::Error>(SpoiledEmis&)> act;
    bool is_write = false;
};

const std::vector<Reply>& replies()
{
    const auto find = [](SpoiledEmis& emis) { return error_of(emis.find()); };
    const auto book = [](SpoiledEmis& emis) { return error_of(emis.book()); };
    const auto cancel = [](SpoiledEmis& emis) { return error_of(emis.cancel()); };
    const auto link = [](SpoiledEmis& emis) { return error_of(emis.link()); };
    static const std::vector<Reply> all{
        {"start_session", "find", find},
        {"start_session", "book", book},
        {"log_in", "find", find},
        {"log_in", "book", book},
        {"log_in", "cancel", cancel},
        {"practice_settings", "settings", [](SpoiledEmis& emis) { return error_of(emis.settings()); }},
        {"practice_settings", "book", book},
        {"find_slots", "find", find},
        {"slot_metadata", "find", find},
        {"find_patient", "record", [](SpoiledEmis& emis) { return error_of(emis.record()); }},
        {"find_patient", "book", book},
        {"list_appointments", "list", [](SpoiledEmis& emis) { return error_of(emis.list()); }},
        {"create_linkage_key", "link", link},
        {"look_up_linkage_key", "link", link},
        {"link_patient", "link", link},
        {"book", "book", book, true},
        {"cancel", "cancel", cancel, true}};
    return all;
}

/// A booking or cancellation whose own answer is spoilt is unknown; one that is spoilt earlier is not sent.
void expect_error(const Reply& reply, SpoiledEmis& emis, ErrorKind of_reads, const std::string& why)
{
    const auto error = reply.act(emis);
    const auto context = reply.operation + " for " + reply.purpose + ": " + why;
    ASSERT_TRUE(error) << context;
    EXPECT_EQ(error->kind(), reply.is_write ? ErrorKind::outcome_unknown : of_reads) << context;
    EXPECT_EQ(error->effect_possible(), reply.is_write) << context;
    EXPECT_EQ(emis.upstream.calls["book"] + emis.upstream.calls["cancel"], reply.is_write ? 1 : 0) << context;
}

ErrorKind kind_of(const std::string& file)
{
    return file.starts_with("another_") ? ErrorKind::link_invalid : ErrorKind::supplier_malformed;
}

} // namespace

TEST(EmisCorpus, BytesThatAreNoAnswerToAnythingAreMalformedOrLeaveAWriteOpen)
{
    const auto files = corpus(data + "bad");
    EXPECT_GE(files.size(), 10U);
    for (const auto& reply : replies())
        for (const auto& file : files) {
            if (reply.operation == "cancel" && file.text.empty())
                continue; // as good answers to a cancellation are
            SpoiledEmis emis;
            emis.spoil(reply.operation, file.name.ends_with(".json") ? "application/json" : "text/html",
                       file.text);
            expect_error(reply, emis, ErrorKind::supplier_malformed, file.name);
        }
}

TEST(EmisCorpus, AnswersThatAreNotWhatWasAskedForAreMalformedAndNothingIsDoneWithThem)
{
    for (const auto& reply : replies()) {
        const auto files = corpus(data + "bad/" + reply.operation);
        EXPECT_GE(files.size(), 2U) << reply.operation;
        for (const auto& file : files) {
            SpoiledEmis emis;
            emis.spoil(reply.operation, "application/json", file.text);
            expect_error(reply, emis, kind_of(file.name), file.name);
        }
    }
}

TEST(EmisCorpus, AnAnswerTooLargeOrTooLateIsNoAnswer)
{
    for (const auto& reply : replies())
        for (const auto kind : {ErrorKind::supplier_malformed, ErrorKind::supplier_timeout}) {
            SpoiledEmis emis;
            emis.upstream.spoil = [&](const adapters::upstream::Call& call, UpstreamAnswer& answer) {
                if (call.operation == reply.operation)
                    answer = std::unexpected(lost(kind, call));
            };
            expect_error(reply, emis, kind, kind == ErrorKind::supplier_timeout ? "late" : "large");
        }
}

TEST(EmisCorpus, BrokenSettingsCostASearchTheirGuidanceAndAreNotKept)
{
    for (const auto& file : corpus(data + "bad/practice_settings")) {
        SpoiledEmis emis;
        emis.spoil("practice_settings", "application/json", file.text);
        const auto found = emis.find();
        ASSERT_TRUE(found) << file.name;
        EXPECT_EQ(found->slots.size(), 41U) << file.name;
        EXPECT_EQ(found->warnings.size(), 1U) << file.name;
        EXPECT_TRUE(found->healthcare_services.at(0)->active.value_or(true)) << file.name;
        emis.upstream.spoil = {};
        EXPECT_TRUE(emis.settings()) << file.name;
    }
}

TEST(EmisCorpus, RowsThatCannotBeUsedAreLeftOutWithAWarningEach)
{
    for (const auto& file : corpus(data + "bad_rows")) {
        SpoiledEmis emis;
        emis.spoil("find_slots", "application/json", file.text);
        const auto found = emis.find();
        ASSERT_TRUE(found) << file.name;
        ASSERT_EQ(found->slots.size(), 1U) << file.name;
        EXPECT_EQ(found->slots[0]->id(), "Z90001.880011") << file.name;
        EXPECT_EQ(found->warnings.size(), file.name == "slot_twice.json" ? 0U : 1U) << file.name;
    }
}

TEST(EmisCorpus, ACancellationIsDoneWithAndWithoutABody)
{
    for (const auto* body : {"", "{}", R"({"IsCancelled":true})", R"({"IsCancelled":null})"}) {
        SpoiledEmis emis;
        emis.spoil("cancel", "application/json", body);
        EXPECT_TRUE(emis.cancel()) << body;
    }
}

} // namespace tests
