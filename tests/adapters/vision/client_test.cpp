// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/vision/client.hpp"

#include <set>

namespace tests
{

TEST_F(VisionClient, ASearchWithoutAServiceAccountSaysSo)
{
    start();
    const auto identity = settings_.at("search_identity");
    settings_.erase("search_identity");
    make_adapter();
    EXPECT_EQ(find_refused(), ErrorKind::link_invalid);
    EXPECT_TRUE(upstream_->calls.empty());
    auto given = query();
    given.search_identity = adapters::PatientLink{identity};
    EXPECT_TRUE(run(adapter_->find_slots(given)));
}

TEST_F(VisionClient, AServiceAccountThatIsRefusedIsTheOperatorsAndAPatientsLinkThePractices)
{
    start();
    settings_["search_identity"] = "1|wrong";
    make_adapter();
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind(), ErrorKind::link_invalid);
    EXPECT_EQ(found.error().remedy(), fhir::Remedy::operator_);
    start({{"revoked", practice_seed().patients[0].nhs_number}});
    const auto booked = book(booking());
    ASSERT_FALSE(booked);
    EXPECT_EQ(booked.error().kind(), ErrorKind::link_invalid);
    EXPECT_EQ(booked.error().remedy(), fhir::Remedy::practice);
}

TEST_F(VisionClient, TheConfigurationIsReadOnceAndAnewWhenItIsOld)
{
    start();
    ASSERT_TRUE(find());
    ASSERT_TRUE(find());
    EXPECT_EQ(upstream_->calls["practice_settings"], 1);
    clock_.advance(5min);
    ASSERT_TRUE(find());
    EXPECT_EQ(upstream_->calls["practice_settings"], 2);
}

TEST_F(VisionClient, APatientIdThatIsRefusedIsReadAnewAndTheCallRepeatedOnce)
{
    start();
    ASSERT_TRUE(find());
    int refusals = 0;
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "find_slots" && ++refusals == 1)
            response.body = fhir::rest::OutBuffer(
                "<v:visionResponse xmlns:v='urn:vision'><v:serviceHeader><v:outcome><v:successful>false"
                "</v:successful><v:error><v:code>-31</v:code></v:error></v:outcome></v:serviceHeader>"
                "</v:visionResponse>");
    };
    upstream_->calls.clear();
    EXPECT_TRUE(find());
    EXPECT_EQ(upstream_->calls["find_slots"], 2);
    EXPECT_EQ(upstream_->calls["practice_settings"], 1);
}

TEST_F(VisionClient, PagesAreTurnedUntilOneIsNotFull)
{
    start();
    for (const auto& [size, calls] : std::map<std::string, int>{{"50", 1}, {"42", 2}, {"21", 3}, {"20", 3}}) {
        settings_["slots_per_page"] = size;
        make_adapter();
        upstream_->calls.clear();
        const auto found = find();
        ASSERT_TRUE(found) << size;
        EXPECT_EQ(found->slots.size(), 42U) << size;
        EXPECT_TRUE(found->warnings.empty()) << size;
        EXPECT_EQ(upstream_->calls["find_slots"], calls) << size;
    }
}

TEST_F(VisionClient, ASlotOnTwoPagesIsTakenOnce)
{
    start({{"pages", "overlapping"}});
    settings_["slots_per_page"] = "10";
    make_adapter();
    const auto found = find();
    ASSERT_TRUE(found);
    std::set<std::string> ids;
    for (const auto& each : found->slots)
        EXPECT_TRUE(ids.insert(each->id()).second);
    EXPECT_EQ(ids.size(), 42U);
}

TEST_F(VisionClient, APagerThatNeverEndsIsLeftWhenItRepeatsItself)
{
    start({{"pages", "endless"}});
    settings_["slots_per_page"] = "20";
    make_adapter();
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 20U);
    EXPECT_EQ(upstream_->calls["find_slots"], 2);
}

TEST_F(VisionClient, APagerThatNeverRepeatsItselfIsBounded)
{
    start();
    settings_["slots_per_page"] = "1000";
    make_adapter();
    int id = 0;
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation != "find_slots")
            return;
        std::string slots;
        for (int i = 0; i < 1000; ++i)
            slots += "<slot id='" + std::to_string(++id) + "' />";
        response.body = fhir::rest::OutBuffer(
            "<visionResponse xmlns='urn:vision'><serviceContent><availableAppointmentsResponse><slots>" +
            slots + "</slots></availableAppointmentsResponse></serviceContent></visionResponse>");
    };
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->slots.empty());
    EXPECT_EQ(upstream_->calls["find_slots"], 20);
    EXPECT_NE(found->warnings.back().find("more slots than are read"), std::string::npos);
}

TEST_F(VisionClient, RepliesOfEitherStyleAndWithoutEnvelopeOrOutcomeAreRead)
{
    for (const auto& options :
         std::vector<std::map<std::string, std::string>>{{{"style", "prefixed"}},
                                                         {{"style", "default"}},
                                                         {{"envelope", "none"}},
                                                         {{"outcome", "none"}},
                                                         {{"envelope", "none"}, {"outcome", "none"}}}) {
        start(options);
        const auto name = options.begin()->first + "=" + options.begin()->second;
        const auto found = find();
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->slots.size(), 42U) << name;
        const auto booked = book(booking());
        ASSERT_TRUE(booked) << name << booked.error().sentence();
        EXPECT_TRUE(cancel(*booked)) << name;
    }
}

TEST_F(VisionClient, OddSlotsAreLeftOutWithAWarningAndOddReferencesHarmNothing)
{
    start({{"bad_duration", "880011,880012"}, {"omit_reference", "slotType:t5502,owner:2,location:2"}});
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->slots.size(), 34U);
    EXPECT_EQ(found->warnings.size(), 8U);
    EXPECT_EQ(found->practitioners.size(), 2U);
    EXPECT_EQ(found->locations.size(), 1U);
}

TEST_F(VisionClient, GuidanceWithRawGreaterThanSignsAndUnclosedTagsIsPlainText)
{
    start();
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->healthcare_services[0]->extra_details->text,
              "Choose the nurse for dressings. Ring for urgent needs");
    start({{"greater_than", "raw"}});
    const auto settings = run(adapter_->practice_settings(hub_provenance()));
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->guidance, "Choose the nurse for dressings. Ring for urgent needs");
}

TEST_F(VisionClient, PracticeSettingsSayWhetherAppointmentsAreOnAndAReasonIsTaken)
{
    start();
    auto settings = run(adapter_->practice_settings(hub_provenance()));
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->booking_reason, adapters::Necessity::optional);
    start({{"booking_reason", "off"}});
    settings = run(adapter_->practice_settings(hub_provenance()));
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->booking_reason, adapters::Necessity::not_requested);
    start({{"appointments", "off"}});
    settings = run(adapter_->practice_settings(hub_provenance()));
    ASSERT_TRUE(settings);
    EXPECT_FALSE(settings->appointments_enabled);
}

TEST_F(VisionClient, AppointmentsThatAreOffAreFoundOffBeforeTheCallAndByIt)
{
    start({{"appointments", "off"}});
    EXPECT_EQ(find_refused(), ErrorKind::service_disabled);
    EXPECT_EQ(upstream_->calls["find_slots"], 0);
    start({{"disabled", "VOAPP.GetAvailableAppointments"}});
    EXPECT_EQ(find_refused(), ErrorKind::service_disabled);
    EXPECT_EQ(upstream_->calls["find_slots"], 1);
}

TEST_F(VisionClient, FailuresOfASearchAreTold)
{
    const std::string slots = "VOAPP.GetAvailableAppointments";
    const std::vector<std::pair<std::string, ErrorKind>> rows = {
        {"locked", ErrorKind::supplier_unavailable},      {"disconnected", ErrorKind::supplier_unavailable},
        {"unknown_error", ErrorKind::supplier_error},     {"unclassified", ErrorKind::supplier_error},
        {"empty_content", ErrorKind::supplier_malformed},
    };
    for (const auto& [option, kind] : rows) {
        start({{option, slots}});
        EXPECT_EQ(find_refused(), kind) << option;
    }
}

TEST_F(VisionClient, AClockThatIsFarOffOrAWrongKeyIsForTheOperator)
{
    start();
    adapters::simulation::Fault skew;
    skew.kind = adapters::simulation::Fault::Kind::clock_skew;
    skew.skew = std::chrono::minutes(21);
    host_->set_faults({skew});
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().remedy(), fhir::Remedy::operator_);
    for (const std::string fault_status : {"200", "500"}) {
        start({{"fault_status", fault_status}});
        const auto other = adapters::vision::make_signing_identity();
        settings_["signing_key"] = other.key;
        settings_["signing_certificate"] = other.certificate;
        make_adapter();
        const auto refused_search = find();
        ASSERT_FALSE(refused_search);
        EXPECT_EQ(refused_search.error().kind(), ErrorKind::access_denied);
        EXPECT_EQ(refused_search.error().supplier_code(), "fault/InvalidSecurity");
    }
    settings_["signing_key"] = "";
    make_adapter();
    upstream_->calls.clear();
    EXPECT_EQ(find_refused(), ErrorKind::access_denied);
    EXPECT_TRUE(upstream_->calls.empty());
}

TEST_F(VisionClient, LinkingTradesALinkageKeyForTheApiKey)
{
    start();
    const auto context = patient_context(seed_.patients[2]);
    const auto linked = run(adapter_->link_patient({hub_provenance(), context}));
    ASSERT_TRUE(linked) << linked.error().sentence();
    EXPECT_EQ(linked->credential, host_->simulator().link_credential(seed_.patients[2].nhs_number));
    EXPECT_EQ(upstream_->requests.size(), 2U);
}

TEST_F(VisionClient, AKeyThatThereIsAlreadyIsFoundAndALinkThatThereIsAlreadyIsTold)
{
    start();
    const adapters::FindPatient saffron{hub_provenance(), patient_context(seed_.patients[2])};
    ASSERT_TRUE(run(adapter_->link_patient(saffron)));
    upstream_->requests.clear();
    const auto linked = run(adapter_->link_patient(saffron));
    ASSERT_FALSE(linked);
    EXPECT_EQ(linked.error().kind(), ErrorKind::already_linked);
    EXPECT_EQ(linked.error().remedy(), fhir::Remedy::practice);
    EXPECT_EQ(upstream_->requests.size(), 3U);
}

TEST_F(VisionClient, ARecordThatIsOpenAtThePracticeSaysWhenToLinkAgain)
{
    start({{"locked", "VOS.LinkAccount"}});
    const auto linked = run(adapter_->link_patient({hub_provenance(), patient_context(seed_.patients[2])}));
    ASSERT_FALSE(linked);
    EXPECT_EQ(linked.error().kind(), ErrorKind::supplier_unavailable);
    EXPECT_TRUE(linked.error().retry_after());
}

TEST_F(VisionClient, ALinkThatFailedMidwayIsMadeWithTheKeyThereIs)
{
    start();
    int links = 0;
    upstream_->change = [&](const std::string& operation, fhir::rest::Response& response) {
        if (operation == "link_patient" && ++links == 1)
            response.status = 500;
    };
    const adapters::FindPatient saffron{hub_provenance(), patient_context(seed_.patients[2])};
    EXPECT_FALSE(run(adapter_->link_patient(saffron)));
    EXPECT_TRUE(run(adapter_->link_patient(saffron)));
    EXPECT_EQ(links, 4);
}

TEST_F(VisionClient, LinkingNeedsAndComparesTheDetails)
{
    start();
    const auto link = [&](const std::function<void(adapters::PatientContext&)>& change) {
        auto context = patient_context(seed_.patients[1]);
        change(context);
        const auto linked = run(adapter_->link_patient({hub_provenance(), context}));
        return linked ? ErrorKind::not_implemented : linked.error().kind();
    };
    EXPECT_EQ(link([](auto& context) { context.demographics.reset(); }), ErrorKind::demographics_required);
    EXPECT_EQ(link([](auto& context) { context.demographics->birth_date.reset(); }),
              ErrorKind::demographics_required);
    EXPECT_EQ(link([](auto& context) { context.demographics->birth_date = fhir::parse_date_time("1951"); }),
              ErrorKind::demographics_required);
    EXPECT_EQ(link([](auto& context) { context.demographics->name.clear(); }),
              ErrorKind::demographics_required);
    EXPECT_TRUE(upstream_->calls.empty());
    EXPECT_EQ(link([](auto& context) { context.demographics->name[0].family = "Else"; }),
              ErrorKind::patient_not_found);
    EXPECT_EQ(link([](auto&) {}), ErrorKind::not_implemented);
}

TEST_F(VisionClient, AKeyForAnotherAccountThanWasLinkedIsNotKept)
{
    start();
    upstream_->change = [](const std::string&, fhir::rest::Response& response) {
        replace_all(response, "<vision:rosuAccountId>", "<vision:rosuAccountId>9");
    };
    const auto linked = run(adapter_->link_patient({hub_provenance(), patient_context(seed_.patients[2])}));
    ASSERT_FALSE(linked);
    EXPECT_EQ(linked.error().kind(), ErrorKind::supplier_malformed);
}

} // namespace tests
