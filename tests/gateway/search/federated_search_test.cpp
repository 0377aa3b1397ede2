// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/search/fixture.hpp"

#include <algorithm>

namespace tests::search
{

namespace
{

class FederatedSearch : public SearchTest
{};

TEST_F(FederatedSearch, MergesEveryPracticeByStart)
{
    const auto result = find();
    ASSERT_TRUE(result) << result.error().sentence();
    EXPECT_EQ((*result)->total, 24u);
    const auto found = ids(**result, 0, 7);
    EXPECT_EQ(found, (std::vector<std::string>{"A00001.g0", "A00001.n0", "A00002.g0", "A00002.n0",
                                               "A00003.g0", "A00003.n0", "A00001.g1"}));
    EXPECT_TRUE((*result)->missing.empty());
}

TEST_F(FederatedSearch, SortsBackwardsWhenAsked)
{
    const auto result = find(query({{"_sort", "-start"}})).value();
    const auto hits = result->page(0, 100);
    ASSERT_EQ(hits.size(), 24u);
    EXPECT_TRUE(std::ranges::is_sorted(
        hits, [](const auto& a, const auto& b) { return a.slot->start() > b.slot->start(); }));
}

TEST_F(FederatedSearch, AnswersFromTheBookUntilItsLifeIsOver)
{
    ASSERT_TRUE(find());
    ASSERT_TRUE(find());
    EXPECT_EQ(calls(), 3);
    clock.advance(settings.book_lifetime);
    ASSERT_TRUE(find());
    EXPECT_EQ(calls(), 6);
}

TEST_F(FederatedSearch, AsksForWholeDaysSoThatNarrowerSearchesHit)
{
    ASSERT_TRUE(find(query({{"start", "ge2026-11-24T10:00:00Z"}})));
    EXPECT_EQ(fhir::to_utc_text(fakes["A00001"]->last_query().window.start), "2026-11-24T00:00:00Z");
    ASSERT_TRUE(find());
    EXPECT_EQ(calls(), 3);
}

TEST_F(FederatedSearch, NeverAsksAPracticeAboutThePast)
{
    const auto days = fhir::search::parse_slot_query({{"start", "ge2026-11-20"}, {"start", "lt2026-11-25"}},
                                                     Handling::strict, nullptr);
    ASSERT_TRUE(find(*days));
    EXPECT_EQ(fhir::to_utc_text(fakes["A00001"]->last_query().window.start), "2026-11-23T00:00:00Z");
    const auto past = fhir::search::parse_slot_query({{"start", "2026-11-20"}}, Handling::strict, nullptr);
    EXPECT_EQ(find(*past).value()->total, 0u);
    EXPECT_EQ(calls(), 3);
}

TEST_F(FederatedSearch, FreshGoesToTheSource)
{
    ASSERT_TRUE(find());
    ASSERT_TRUE(find(query(), true));
    EXPECT_EQ(calls(), 6);
}

TEST_F(FederatedSearch, SlotsOutsideTheWindowAreNotFound)
{
    const auto result = find(query({{"start", "ge2026-11-24T09:20:00Z"}})).value();
    EXPECT_EQ(result->total, 12u);
}

/// The same hub asking in another capacity: some systems show it other slots.
gateway::identity::Caller urgent_care()
{
    auto asking = caller();
    asking.organisation_type = "urgent-care";
    return asking;
}

TEST_F(FederatedSearch, NobodyIsAnsweredFromABookThatWasShownToAnotherOrganisation)
{
    fakes["A00001"]->can.view_per_consumer = true;
    ASSERT_TRUE(find());
    fakes["A00001"]->put(two_lists("A00001", 1)); // what the practice shows to urgent care
    const auto result = find(query(), false, urgent_care()).value();
    EXPECT_EQ(result->total, 2u + 8u + 8u);
    EXPECT_EQ(fakes["A00001"]->last_query().provenance.organisation_type, "urgent-care");
    EXPECT_EQ(find().value()->total, 24u);
    EXPECT_EQ(calls(), 4);
}

TEST_F(FederatedSearch, ATakenSlotVanishesFromTheBooksOfEveryOrganisation)
{
    fakes["A00001"]->can.view_per_consumer = true;
    ASSERT_TRUE(find());
    ASSERT_TRUE(find(query(), false, urgent_care()));
    search().slots_taken(ods("A00001"), {"A00001.g0"});
    EXPECT_EQ(find().value()->total, 23u);
    EXPECT_EQ(find(query(), false, urgent_care()).value()->total, 23u);
}

TEST_F(FederatedSearch, AFinishedPageIsKeptForAMoment)
{
    ASSERT_TRUE(find());
    search().keep_page("hub?a", search().changes(), "page");
    ASSERT_TRUE(search().kept_page("hub?a"));
    EXPECT_EQ(*search().kept_page("hub?a"), "page");
    EXPECT_FALSE(search().kept_page("hub?b"));
    clock.advance(2s);
    EXPECT_FALSE(search().kept_page("hub?a"));
}

TEST_F(FederatedSearch, AKeptPageIsGoneAsSoonAsASlotIsTaken)
{
    ASSERT_TRUE(find());
    const auto before = search().changes();
    search().keep_page("hub?a", before, "page");
    search().slots_taken(ods("A00001"), {"A00001.g0"});
    EXPECT_FALSE(search().kept_page("hub?a"));
    search().keep_page("hub?a", before, "page of before");
    EXPECT_FALSE(search().kept_page("hub?a"));
}

struct FilterCase
{
    std::string name, value;
    std::size_t total;
};

void PrintTo(const FilterCase& row, std::ostream* out)
{
    *out << row.name << '=' << row.value;
}

class Filter : public SearchTest, public testing::WithParamInterface<FilterCase>
{};

TEST_P(Filter, FindsWhatItDescribes)
{
    const auto result = find(query({{GetParam().name, GetParam().value}}));
    ASSERT_TRUE(result) << result.error().sentence();
    EXPECT_EQ((*result)->total, GetParam().total);
}

INSTANTIATE_TEST_SUITE_P(
    Search, Filter,
    testing::Values(
        FilterCase{"status", "busy", 0}, FilterCase{"status", "free,busy", 24},
        FilterCase{"status:not", "free", 0}, FilterCase{"service-type", "788007007", 12},
        FilterCase{"service-type:not", "788007007", 12},
        FilterCase{"service-type", "http://snomed.info/sct|224571005", 12},
        FilterCase{"service-type", "urn:x|224571005", 0},
        FilterCase{"_id", "A00001.g0,A00002.n3,B99999.g0", 2}, FilterCase{"schedule", "A00001.gp", 4},
        FilterCase{"schedule", "Schedule/A00001.gp,Schedule/A00002.nurse", 8},
        FilterCase{"schedule.actor", "Practitioner/A00001.d", 4},
        FilterCase{"schedule:Schedule.actor", "Location/A00002.l", 4},
        // A role stands for its practitioner.
        FilterCase{"schedule.actor", "Practitioner/A00001.n", 4},
        FilterCase{"schedule.actor:identifier", ods_system + "|A00002", 8},
        FilterCase{"schedule.actor:identifier", "https://fhir.nhs.uk/Id/sds-user-id|999000111222", 12},
        FilterCase{"schedule.actor:HealthcareService.identifier",
                   "https://fhir.nhs.uk/Id/dos-service-id|700001", 4},
        FilterCase{"schedule.actor:HealthcareService.organization.identifier", ods_system + "|A00001", 8},
        FilterCase{"schedule.actor:HealthcareService.organization.identifier",
                   ods_system + "|A00001," + ods_system + "|A00003", 16},
        FilterCase{"schedule.actor:Location.identifier", "https://fhir.nhs.uk/Id/ods-site-code|A0000101", 4},
        FilterCase{"schedule.actor:Practitioner.gender", "female", 12},
        FilterCase{"schedule.actor:Practitioner.gender", "male", 12},
        FilterCase{"schedule.actor:PractitionerRole.role", "R0600", 12},
        FilterCase{"schedule.actor:PractitionerRole.role", "R0260", 0},
        FilterCase{"end", "le2026-11-24T09:10:00Z", 6}, FilterCase{"start", "ne2026-11-24T09:00:00Z", 18},
        FilterCase{"delivery-channel", "Telephone", 0}, FilterCase{"identifier", "x", 0}));

TEST_F(FederatedSearch, ASearchForOnePracticeAsksOnlyThatPractice)
{
    ASSERT_TRUE(
        find(query({{"schedule.actor:HealthcareService.organization.identifier", ods_system + "|A00002"}})));
    EXPECT_EQ(calls(), 1);
    EXPECT_EQ(fakes["A00002"]->calls, 1);
}

TEST_F(FederatedSearch, ABareCodeOfAnOrganisationIsAnOdsCode)
{
    const std::string parameter = "schedule.actor:HealthcareService.organization.identifier";
    ASSERT_TRUE(find(query({{parameter, "A00002"}})));
    EXPECT_EQ(calls(), 1);
    const auto unknown = find(query({{parameter, "X12345"}}));
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().kind(), ErrorKind::practice_unknown);
}

TEST_F(FederatedSearch, AnUnknownPracticeIsNamedPlainly)
{
    const auto result = find(query({{"schedule.actor:identifier", ods_system + "|X12345"}}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::practice_unknown);
    EXPECT_NE(result.error().sentence().find("X12345"), std::string::npos);
    EXPECT_EQ(result.error().path(), "http.schedule.actor");
}

TEST_F(FederatedSearch, APracticeThatDoesNotShareIsRefusedPlainly)
{
    const auto result =
        find(query({{"schedule.actor:HealthcareService.organization.identifier", ods_system + "|B99999"}}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::organisation_not_allowed);
}

TEST_F(FederatedSearch, AnOrganisationOutsideEveryFederationIsToldSo)
{
    const auto result = find(query(), false, caller("ZH002"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::organisation_not_allowed);
    EXPECT_EQ(calls(), 0);
}

TEST_F(FederatedSearch, APracticeSeesItsOwnBookOnly)
{
    EXPECT_EQ(find(query(), false, caller("A00001")).value()->total, 8u);
}

TEST_F(FederatedSearch, AWindowWiderThanTheSettingIsTooCostly)
{
    settings.max_window = std::chrono::days(7);
    const auto wide = fhir::search::parse_slot_query({{"start", "ge2026-11-24"}, {"start", "lt2026-12-10"}},
                                                     Handling::strict, nullptr);
    const auto result = find(*wide);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::too_costly);
}

TEST_F(FederatedSearch, AFailedPracticeIsNamedWithItsError)
{
    fakes["A00002"]->fails = true;
    const auto result = find().value();
    EXPECT_EQ(result->total, 16u);
    ASSERT_EQ(result->missing.size(), 1u);
    EXPECT_EQ(result->missing[0].ods.text(), "A00002");
    EXPECT_EQ(result->missing[0].error.kind(), ErrorKind::supplier_unavailable);
}

TEST_F(FederatedSearch, WhenNobodyAnswersTheSearchFails)
{
    for (const auto& [code, fake] : fakes)
        fake->fails = true;
    const auto result = find();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::supplier_unavailable);
}

TEST_F(FederatedSearch, WhenEverybodyIsLateTheSearchTimesOut)
{
    settings.deadline = 20ms;
    for (const auto& [code, fake] : fakes)
        fake->delay = 1h;
    const auto result = find();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind(), ErrorKind::supplier_timeout);
}

TEST_F(FederatedSearch, ATakenSlotVanishesAtOnce)
{
    ASSERT_TRUE(find());
    search().slots_taken(ods("A00001"), {"A00001.g0"});
    const auto result = find().value();
    EXPECT_EQ(result->total, 23u);
    EXPECT_EQ(ids(*result, 0, 1).front(), "A00001.n0");
    EXPECT_EQ(calls(), 3);
}

TEST_F(FederatedSearch, ATakenSlotReadsAsBusy)
{
    ASSERT_TRUE(find());
    search().slots_taken(ods("A00001"), {"A00001.g0"});
    const auto hit = run(search().slot(caller(), "A00001.g0", false, "r"));
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->slot->slot().status, fhir::SlotStatus::busy);
    EXPECT_NE(hit->slot->json().tail().find("\"status\":\"busy\""), std::string::npos);
    EXPECT_EQ(hit->slot->supplier_key(), "g0");
}

TEST_F(FederatedSearch, AHeldSlotIsNotFoundUntilItsEndWhateverThePracticesBookSays)
{
    search().slots_held({"A00001.g0"}, clock.now() + 5min);
    EXPECT_EQ(find().value()->total, 23u);
    const auto hit = run(search().slot(caller(), "A00001.g0", false, "r"));
    ASSERT_TRUE(hit);
    EXPECT_EQ(hit->slot->slot().status, fhir::SlotStatus::busy_tentative);
    const auto* end = fhir::find_extension(hit->slot->slot().extension,
                                           "https://gateway.example.net/fhir/StructureDefinition/hold-until");
    ASSERT_TRUE(end) << "until when";
    EXPECT_EQ(std::get<fhir::Instant>(end->value), clock.now() + 5min);
    EXPECT_EQ(find(query(), true).value()->total, 23u);
    clock.advance(5min);
    EXPECT_EQ(find().value()->total, 24u);
}

TEST_F(FederatedSearch, ASlotWhoseHoldIsEndedIsFoundAgainWithoutAskingThePractice)
{
    ASSERT_TRUE(find());
    search().slots_held({"A00001.g0"}, clock.now() + 5min);
    search().slots_held({"A00001.g0"}, clock.now());
    EXPECT_EQ(find().value()->total, 24u);
    EXPECT_EQ(fakes["A00001"]->calls, 1);
}

/// An appointment goes on referring to its slot, which the practice's next book does not hold any more.
TEST_F(FederatedSearch, ABookedSlotCanBeReadWhenThePracticesBookHasForgottenIt)
{
    ASSERT_TRUE(find());
    search().slots_taken(ods("A00001"), {"A00001.g0"});
    auto left = two_lists("A00001");
    std::erase_if(left.slots, [](const auto& offered) { return offered->id() == "A00001.g0"; });
    fakes["A00001"]->put(left);
    clock.advance(5min);
    ASSERT_EQ(find(query(), true).value()->total, 23u);
    const auto hit = run(search().slot(caller(), "A00001.g0", false, "r"));
    ASSERT_TRUE(hit) << hit.error().sentence();
    EXPECT_EQ(hit->slot->slot().status, fhir::SlotStatus::busy);
    EXPECT_TRUE(hit->book->holds("Schedule", "A00001.gp"));

    search().slots_released(ods("A00001"), {"A00001.g0"});
    EXPECT_FALSE(run(search().slot(caller(), "A00001.g0", false, "r")))
        << "the practice does not offer it again";
    fakes["A00001"]->put(two_lists("A00001"));
    EXPECT_EQ(find(query(), true).value()->total, 24u);
}

TEST_F(FederatedSearch, AReleasedSlotIsFoundAgain)
{
    ASSERT_TRUE(find());
    search().slots_taken(ods("A00001"), {"A00001.g0"});
    search().slots_released(ods("A00001"), {"A00001.g0"});
    EXPECT_EQ(find().value()->total, 24u);
    EXPECT_EQ(fakes["A00001"]->calls, 2);
}

TEST_F(FederatedSearch, ReadsOneSlotFromTheCacheOrTheSource)
{
    const auto first = run(search().slot(caller(), "A00001.n2", false, "r"));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->slot->supplier_key(), "n2");
    ASSERT_TRUE(run(search().slot(caller(), "A00001.n2", false, "r")));
    EXPECT_EQ(fakes["A00001"]->calls, 1);
    ASSERT_TRUE(run(search().slot(caller(), "A00001.n2", true, "r")));
    EXPECT_EQ(fakes["A00001"]->calls, 2);
    EXPECT_EQ(fhir::to_utc_text(fakes["A00001"]->last_query().window.end), "2026-11-25T00:00:00Z");
}

TEST_F(FederatedSearch, ASlotOfAnotherFederationOrOfNobodyIsNotFound)
{
    for (const std::string id : {"B99999.g0", "A00001.none", "X12345.g0", "nonsense"}) {
        const auto hit = run(search().slot(caller(), id, false, "r"));
        ASSERT_FALSE(hit) << id;
        EXPECT_EQ(hit.error().kind(), ErrorKind::not_found) << id;
    }
}

TEST_F(FederatedSearch, FindsTheBookThatHoldsAResource)
{
    const auto book = run(search().book_with(caller(), "Practitioner", "A00001.d"));
    ASSERT_TRUE(book);
    EXPECT_TRUE((*book)->holds("Practitioner", "A00001.d"));
    EXPECT_FALSE(run(search().book_with(caller(), "Practitioner", "A00001.x")));
    EXPECT_FALSE(run(search().book_with(caller("ZH002"), "Practitioner", "A00001.d")));
}

TEST_F(FederatedSearch, HandsOutEveryBookAndNamesTheMissing)
{
    fakes["A00003"]->fails = true;
    std::vector<gateway::search::MissingPractice> missing;
    const auto books = run(search().books(caller(), missing));
    EXPECT_EQ(books.size(), 2u);
    ASSERT_EQ(missing.size(), 1u);
    EXPECT_EQ(missing[0].ods.text(), "A00003");
}

// ---- frozen results
// -------------------------------------------------------------------------------------------------------

TEST_F(FederatedSearch, AFrozenResultStaysAsItWasWhileBooksChange)
{
    const auto result = find().value();
    const auto before = ids(*result, 4, 8);
    const std::string token = search().freeze(caller(), result);
    fakes["A00001"]->put({});
    clock.advance(settings.book_lifetime);
    search().slots_taken(ods("A00002"), {"A00002.g0"});
    ASSERT_LT(find().value()->total, 24u);
    const auto thawed = search().thaw(caller(), token);
    ASSERT_TRUE(thawed);
    EXPECT_EQ((*thawed)->total, 24u);
    EXPECT_EQ(ids(**thawed, 4, 8), before);
}

TEST_F(FederatedSearch, PagesJoinToTheWholeWithoutGapOrRepeat)
{
    const auto result = find().value();
    std::vector<std::string> joined;
    for (std::size_t offset = 0; offset < result->total; offset += 5)
        for (const std::string& id : ids(*result, offset, 5))
            joined.push_back(id);
    EXPECT_EQ(joined, ids(*result));
    EXPECT_TRUE(ids(*result, 24, 5).empty());
}

TEST_F(FederatedSearch, ACursorExpires)
{
    const std::string token = search().freeze(caller(), find().value());
    clock.advance(settings.cursor_lifetime);
    const auto thawed = search().thaw(caller(), token);
    ASSERT_FALSE(thawed);
    EXPECT_EQ(thawed.error().kind(), ErrorKind::gone);
}

TEST_F(FederatedSearch, ACursorBelongsToItsClientAndOrganisation)
{
    const std::string token = search().freeze(caller(), find().value());
    EXPECT_FALSE(search().thaw(caller("ZH001", "other"), token));
    EXPECT_FALSE(search().thaw(caller("A00001"), token));
    EXPECT_FALSE(search().thaw(caller(), "0123"));
    EXPECT_TRUE(search().thaw(caller(), token));
}

TEST_F(FederatedSearch, TheOldestCursorsGoFirstWhenThereAreTooMany)
{
    settings.max_cursors = 2;
    const auto result = find().value();
    const std::string first = search().freeze(caller(), result);
    const std::string second = search().freeze(caller(), result);
    const std::string third = search().freeze(caller(), result);
    EXPECT_FALSE(search().thaw(caller(), first));
    EXPECT_TRUE(search().thaw(caller(), second));
    EXPECT_TRUE(search().thaw(caller(), third));
}

// ---- one slow practice must not spoil the screen
// --------------------------------------------------------------------------

class TwelvePractices : public SearchTest
{
protected:
    TwelvePractices() : SearchTest(12) {}

    /// In one more search, from the source.
    std::vector<std::string> asked_in_order()
    {
        std::vector<std::string> order;
        for (const auto& [code, fake] : fakes)
            fake->on_ask = [&order, name = code] { order.push_back(name); };
        EXPECT_TRUE(find(query(), true));
        return order;
    }
};

TEST_F(TwelvePractices, ThreeThatHangCostOnlyTheirOwnRows)
{
    settings.deadline = 100ms;
    for (const std::string code : {"A00002", "A00005", "A00011"})
        fakes[code]->delay = 1h;
    int still_asked = 0;
    std::optional<fhir::Result<Frozen>> result;
    boost::asio::io_context context(1);
    boost::asio::co_spawn(context, search().find_slots(caller(), query(), false, "r"),
                          [&](std::exception_ptr, fhir::Result<Frozen> answer) {
                              for (const auto& [code, fake] : fakes)
                                  still_asked += fake->calls - fake->ended;
                              result = std::move(answer);
                          });
    context.run();
    ASSERT_TRUE(result && *result);
    EXPECT_EQ((**result)->total, 9u * 8u);
    ASSERT_EQ((**result)->missing.size(), 3u);
    EXPECT_EQ((**result)->missing[0].ods.text(), "A00002");
    EXPECT_EQ((**result)->missing[2].error.kind(), ErrorKind::supplier_timeout);
    EXPECT_EQ(still_asked, 3); // the answer did not wait for them
}

TEST_F(TwelvePractices, AreAskedInTurnsWhenTheFanOutIsNarrow)
{
    settings.max_parallel_practices = 2;
    for (const auto& [code, fake] : fakes)
        fake->delay = 1ms;
    EXPECT_EQ(find().value()->total, 96u);
}

TEST_F(TwelvePractices, TheOneThatTookLongestIsAskedFirstNextTime)
{
    fakes["A00009"]->delay = 20ms;
    ASSERT_EQ(find(query(), true).value()->total, 96u);
    EXPECT_EQ(asked_in_order().front(), "A00009");
}

TEST_F(TwelvePractices, TheOneThatDidNotAnswerIsAskedLastNextTime)
{
    fakes["A00001"]->fails = true;
    ASSERT_EQ(find(query(), true).value()->total, 88u);
    EXPECT_EQ(asked_in_order().back(), "A00001");
}

TEST_F(TwelvePractices, OneThatHangsDoesNotHoldUpANarrowFanOut)
{
    settings.max_parallel_practices = 2;
    settings.deadline = 200ms;
    fakes["A00001"]->delay = 1h;
    const auto result = find().value();
    EXPECT_EQ(result->total, 88u);
    EXPECT_EQ(result->missing.size(), 1u);
}

} // namespace

} // namespace tests::search
