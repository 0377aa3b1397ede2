// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/gpconnect/practice.hpp"
#include "tests/support/wire_corpus.hpp"

// Whole answers as providers send them, each in several styles, and as they should not. The same files are
// seeds of the fuzz target.

using namespace tests::gpconnect;
using adapters::upstream::Call;
using fhir::ErrorKind;
using tests::answer_of;
using tests::corpus;
using tests::run;
using tests::UpstreamAnswer;

namespace
{

const std::string data = std::string(APPTGW_SOURCE_DIR) + "/tests/adapters/gpconnect/data/";
constexpr const char* fhir_json = "application/fhir+json;charset=utf-8";

/// Tarnbeck Surgery with an appointment of Orla's at 18:30 and another about to be booked.
class SpoiledProvider
{
public:
    explicit SpoiledProvider(std::map<std::string, std::string> options = {})
        : world_(std::move(options)), upstream(world_.upstream),
          adapter_(gpc::make_adapter(config(), upstream, world_.clock, world_.random))
    {
        const auto found = run(adapter_->find_slots(world_.whole_week()));
        order_ = {lowmoor(), world_.patient(), {}, "Ear pain, two days", "", {}, world_.clock.now()};
        for (const auto& offered : found->slots)
            if (offered->start() == at("2026-11-24T18:30:00Z"))
                order_->slots = {offered->offered()};
        held_ = run(adapter_->book(*order_)).value();
        for (const auto& offered : found->slots)
            if (offered->start() == at("2026-11-24T18:40:00Z"))
                order_->slots = {offered->offered()};
        upstream.requests.clear();
    }

    fhir::Result<adapters::FoundSlots> find() { return run(adapter_->find_slots(world_.whole_week())); }
    auto settings() { return run(adapter_->practice_settings(lowmoor())); }
    auto record() { return run(adapter_->find_patient({lowmoor(), world_.patient()})); }
    auto book() { return run(adapter_->book(*order_)); }
    auto read() { return run(adapter_->read_appointment({lowmoor(), world_.patient(), held_.key})); }
    auto amend()
    {
        return run(adapter_->amend({lowmoor(), world_.patient(), held_, "Ear pain, a week", ""}));
    }
    auto cancel() { return run(adapter_->cancel({lowmoor(), world_.patient(), held_, "Recovered"})); }
    auto list()
    {
        return run(adapter_->list_appointments({lowmoor(), world_.patient(), world_.whole_week().window}));
    }
    auto enrol()
    {
        auto context = world_.patient(absent);
        context.demographics.emplace();
        context.demographics->name.emplace_back();
        context.demographics->name[0].family = "New";
        context.demographics->name[0].given = {"Ina"};
        context.demographics->birth_date = fhir::parse_date_time("1990-01-02");
        context.demographics->gender = fhir::Gender::female;
        return run(adapter_->register_patient({lowmoor(), context}));
    }

    /// The provider does not send what schedules refer to: it is fetched one by one.
    void leave_actors_out()
    {
        upstream.before = [](Call& call) {
            auto& target = call.request.target;
            for (auto at = target.find("&_include:recurse"); at != std::string::npos;
                 at = target.find("&_include:recurse"))
                target.erase(at, target.find('&', at + 1) - at);
        };
    }

    /// Every answer to that interaction is this one.
    void spoil(Interaction interaction, const std::string& type, const std::string& body)
    {
        upstream.spoil = [=](const Call& call, UpstreamAnswer& answer) {
            if (call.request.headers.get("Ssp-InteractionID") == gpc::interaction_id(interaction))
                answer = answer_of(interaction == Interaction::create_appointment ? 201 : 200, type, body);
        };
    }

    /// The whole conversation is as these files have it.
    void spoil_all(const std::string& style);

    std::size_t writes() const
    {
        return static_cast<std::size_t>(std::ranges::count_if(
            upstream.requests, [](const auto& request) { return request.method != "GET"; }));
    }

private:
    World world_;
    std::optional<adapters::BookAppointment> order_;
    adapters::SupplierAppointment held_;

public:
    tests::SpoiledUpstream upstream;

private:
    std::unique_ptr<adapters::Adapter> adapter_;
};

template <class T>
std::optional<fhir::Error> error_in(const fhir::Result<T>& result)
{
    return result ? std::nullopt : std::optional(result.error());
}

/// One answer that the client reads, and something for which it is needed.
struct Reply
{
    Interaction interaction;
    std::string name; ///< of its file or folder
    std::string purpose;
    std::function<std::optional<fhir::Error>(SpoiledProvider&)> act;
    bool is_write = false;
};

const std::vector<Reply>& replies()
{
    using enum Interaction;
    const auto find = [](SpoiledProvider& provider) { return error_in(provider.find()); };
    const auto book = [](SpoiledProvider& provider) { return error_in(provider.book()); };
    const auto read = [](SpoiledProvider& provider) { return error_in(provider.read()); };
    const auto amend = [](SpoiledProvider& provider) { return error_in(provider.amend()); };
    const auto cancel = [](SpoiledProvider& provider) { return error_in(provider.cancel()); };
    const auto list = [](SpoiledProvider& provider) { return error_in(provider.list()); };
    const auto record = [](SpoiledProvider& provider) { return error_in(provider.record()); };
    const auto enrol = [](SpoiledProvider& provider) { return error_in(provider.enrol()); };
    const auto settings = [](SpoiledProvider& provider) { return error_in(provider.settings()); };
    static const std::vector<Reply> all{
        {read_metadata, "read_metadata", "settings", settings},
        {search_slot, "search_slot", "find", find},
        {search_patient, "search_patient", "record", record},
        {search_patient, "search_patient", "book", book},
        {search_patient, "search_patient", "list", list},
        {read_appointment, "read_appointment", "read", read},
        {read_appointment, "read_appointment", "amend", amend},
        {read_appointment, "read_appointment", "cancel", cancel},
        {search_patient_appointments, "search_patient_appointments", "list", list},
        {register_patient, "register_patient", "register", enrol, true},
        {create_appointment, "create_appointment", "book", book, true},
        {update_appointment, "update_appointment", "amend", amend, true},
        {cancel_appointment, "cancel_appointment", "cancel", cancel, true}};
    return all;
}

void SpoiledProvider::spoil_all(const std::string& style)
{
    const auto files = corpus(data + "good/" + style);
    EXPECT_EQ(files.size(), 11U) << style;
    upstream.spoil = [files](const Call& call, UpstreamAnswer& answer) {
        const auto asked = call.request.headers.get("Ssp-InteractionID");
        for (const auto& reply : replies())
            for (const auto& file : files)
                if (asked == gpc::interaction_id(reply.interaction) && file.name == reply.name + ".json")
                    answer = answer_of(call.request.method == "POST" ? 201 : 200, fhir_json, file.text);
    };
}

/// A write whose own answer is spoilt is unknown; one that is spoilt earlier is not sent.
void expect_error(const Reply& reply, SpoiledProvider& provider, ErrorKind of_reads, const std::string& why)
{
    const auto error = reply.act(provider);
    const auto context = reply.name + " for " + reply.purpose + ": " + why;
    ASSERT_TRUE(error) << context;
    EXPECT_EQ(error->kind(), reply.is_write ? ErrorKind::outcome_unknown : of_reads) << context;
    EXPECT_EQ(error->effect_possible(), reply.is_write) << context;
    EXPECT_EQ(provider.writes(), reply.is_write ? 1U : 0U) << context;
}

ErrorKind kind_of(const Reply& reply, const std::string& file)
{
    if (file == "two_patients.json")
        return ErrorKind::patient_ambiguous;
    if (file.starts_with("another_patient"))
        return reply.interaction == Interaction::search_patient ? ErrorKind::patient_not_found
                                                                : ErrorKind::appointment_not_found;
    return ErrorKind::supplier_malformed;
}

const std::vector<std::string> styles{"plain",        "extensions_missing", "organization_missing",
                                      "single_items", "text_concatenated",  "role_valueset",
                                      "role_hl7",     "ids_long",           "absolute_references"};

std::map<std::string, std::string> options_of(const std::string& style)
{
    if (style == "ids_long") // what is asked for must be called the same
        return {{"ids", "long"}};
    return {};
}

} // namespace

TEST(GpConnectCorpus, GoodAnswersOfEveryStyleServeTheirPurpose)
{
    for (const auto& style : styles)
        for (const auto& reply : replies()) {
            SpoiledProvider provider(options_of(style));
            provider.spoil_all(style);
            const auto error = reply.act(provider);
            EXPECT_FALSE(error) << style << " " << reply.name << " for " << reply.purpose << ": "
                                << (error ? error->sentence() + error->supplier_code() : "");
        }
}

TEST(GpConnectCorpus, GoodSlotsAreTheSameInEveryStyle)
{
    for (const auto& style : styles) {
        SpoiledProvider provider(options_of(style));
        for (const auto& file : corpus(data + "good/" + style))
            if (file.name == "search_slot.json")
                provider.spoil(Interaction::search_slot, fhir_json, file.text);
        const auto found = provider.find();
        ASSERT_TRUE(found) << style;
        ASSERT_EQ(found->slots.size(), 8U) << style;
        EXPECT_TRUE(found->warnings.empty()) << style << ": " << found->warnings.front();
        EXPECT_EQ(found->schedules.size(), 6U) << style;
        EXPECT_EQ(found->locations.size(), 1U) << style;
        EXPECT_EQ(found->practitioners.size(), 2U) << style;
        EXPECT_EQ(found->organizations.size(), 1U) << style;
        std::vector<fhir::Instant> starts;
        for (const auto& offered : found->slots)
            starts.push_back(offered->start());
        EXPECT_EQ(std::ranges::count(starts, at("2026-11-24T18:40:00Z")), 1) << style;
    }
}

TEST(GpConnectCorpus, GoodActorsAreFetchedInEveryStyle)
{
    for (const auto& style : styles)
        for (const auto& [interaction, name] :
             {std::pair(Interaction::read_location, "read_location.json"),
              std::pair(Interaction::read_practitioner, "read_practitioner.json")}) {
            SpoiledProvider provider(options_of(style));
            provider.leave_actors_out();
            for (const auto& file : corpus(data + "good/" + style))
                if (file.name == name)
                    provider.spoil(interaction, fhir_json, file.text);
            const auto found = provider.find();
            ASSERT_TRUE(found) << style;
            EXPECT_EQ(found->locations.size(), 1U) << style;
            // One file cannot answer for both practitioners: the other one's name is missing.
            const bool location = interaction == Interaction::read_location;
            EXPECT_EQ(found->practitioners.size(), location ? 2U : 1U) << style;
            EXPECT_EQ(found->warnings.size(), location ? 0U : 1U) << style;
        }
}

TEST(GpConnectCorpus, BytesThatAreNoAnswerToAnythingAreMalformedOrLeaveAWriteOpen)
{
    const auto files = corpus(data + "bad");
    EXPECT_GE(files.size(), 11U);
    for (const auto& reply : replies())
        for (const auto& file : files) {
            SpoiledProvider provider;
            provider.spoil(reply.interaction, file.name.ends_with(".json") ? fhir_json : "text/html",
                           file.text);
            expect_error(reply, provider, ErrorKind::supplier_malformed, file.name);
        }
}

TEST(GpConnectCorpus, AnswersAboutSomethingElseAreNotTakenForTheRightOnes)
{
    for (const auto& reply : replies()) {
        const auto files = corpus(data + "bad/" + reply.name);
        EXPECT_GE(files.size(), 3U) << reply.name;
        for (const auto& file : files) {
            SpoiledProvider provider;
            provider.spoil(reply.interaction, fhir_json, file.text);
            expect_error(reply, provider, kind_of(reply, file.name), file.name);
        }
    }
}

TEST(GpConnectCorpus, AnAnswerTooLargeOrTooLateIsNoAnswer)
{
    for (const auto& reply : replies())
        for (const auto kind : {ErrorKind::supplier_malformed, ErrorKind::supplier_timeout}) {
            SpoiledProvider provider;
            provider.upstream.spoil = [&](const Call& call, UpstreamAnswer& answer) {
                if (call.request.headers.get("Ssp-InteractionID") == gpc::interaction_id(reply.interaction))
                    answer = std::unexpected(tests::lost(kind, call));
            };
            expect_error(reply, provider, kind, kind == ErrorKind::supplier_timeout ? "late" : "large");
        }
}

TEST(GpConnectCorpus, ActorsThatAreNotThoseAskedForCostTheirNamesAlone)
{
    for (const auto& [interaction, folder] :
         {std::pair(Interaction::read_location, "bad/read_location"),
          std::pair(Interaction::read_practitioner, "bad/read_practitioner"),
          std::pair(Interaction::read_location, "bad"), std::pair(Interaction::read_practitioner, "bad")})
        for (const auto& file : corpus(data + folder)) {
            SpoiledProvider provider;
            provider.leave_actors_out();
            provider.spoil(interaction, fhir_json, file.text);
            const auto found = provider.find();
            ASSERT_TRUE(found) << folder << file.name;
            EXPECT_EQ(found->slots.size(), 8U) << folder << file.name;
            const bool location = interaction == Interaction::read_location;
            EXPECT_EQ(location ? found->locations.size() : found->practitioners.size(), 0U)
                << folder << file.name;
            EXPECT_EQ(found->warnings.size(), location ? 1U : 2U) << folder << file.name;
        }
}

TEST(GpConnectCorpus, RowsThatCannotBeUsedAreLeftOutWithAWarningEach)
{
    for (const auto& file : corpus(data + "bad_rows")) {
        SpoiledProvider provider;
        provider.spoil(Interaction::search_slot, fhir_json, file.text);
        const auto found = provider.find();
        ASSERT_TRUE(found) << file.name;
        ASSERT_EQ(found->slots.size(), 1U) << file.name;
        EXPECT_EQ(found->slots[0]->id(), "Z98101.90412") << file.name;
        EXPECT_EQ(found->warnings.size(), file.name == "slot_twice.json" ? 0U : 1U) << file.name;
    }
}

TEST(GpConnectCorpus, AListHoldsNobodyElsesAppointments)
{
    SpoiledProvider provider;
    ASSERT_EQ(provider.list()->size(), 1U);
    for (const auto& file : corpus(data + "bad_lists")) {
        provider.spoil(Interaction::search_patient_appointments, fhir_json, file.text);
        const auto listed = provider.list();
        ASSERT_TRUE(listed) << file.name;
        EXPECT_TRUE(listed->empty()) << file.name;
    }
}
