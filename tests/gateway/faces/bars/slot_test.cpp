// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/bars/bars_fixture.hpp"

#include "fhir/outcome/catalogue.hpp"
#include "gateway/faces/bars/errors.hpp"
#include "gateway/faces/bars/ids.hpp"
#include "gateway/faces/bars/written.hpp"

#include <map>
#include <set>

namespace
{

using tests::json_of;
using tests::refusal_in;
using tests::text_at;

const std::string whole_search = std::string(tests::slot_search) + std::string(tests::all_includes);
const std::string bounds = "&start=ge2026-11-24T00:00:00Z&start=lt2026-11-25T00:00:00Z";
const std::string least_includes = "&_include=Slot:schedule&_include=Schedule:actor:HealthcareService";

struct SearchRow
{
    const char* rule;
    std::string query;
    const char* expected; ///< empty: 200
};

void PrintTo(const SearchRow& row, std::ostream* out)
{
    *out << row.rule;
}

class BarsSlotSearch : public tests::BarsFaceTest, public testing::WithParamInterface<SearchRow>
{};

TEST_P(BarsSlotSearch, IsHeldToTheRule)
{
    const auto response = get("Slot?" + GetParam().query);
    if (*GetParam().expected)
        EXPECT_EQ(refusal_in(response), GetParam().expected) << response.body.view();
    else
        EXPECT_EQ(text_at(response, "total"), "3") << response.body.view();
}

const std::vector<SearchRow> search_rows{
    {"status is required", bounds.substr(1) + least_includes, "400 REC_BAD_REQUEST required"},
    {"a status that is none", "status=open" + bounds + least_includes, "400 REC_BAD_REQUEST value"},
    {"several states with a comma", "status=free,busy" + bounds + least_includes, ""},
    {"several states repeated", "status=busy&status=free" + bounds + least_includes, ""},
    {"start is required", "status=free" + least_includes, "400 REC_BAD_REQUEST required"},
    {"one bound is not enough", "status=free&start=ge2026-11-24T00:00:00Z" + least_includes,
     "400 REC_BAD_REQUEST required"},
    {"a bound that is no time", "status=free&start=getomorrow&start=lt2026-11-25T00:00:00Z" + least_includes,
     "400 REC_BAD_REQUEST value"},
    {"a bound without direction",
     "status=free&start=2026-11-24&start=lt2026-11-25T00:00:00Z" + least_includes,
     "400 REC_BAD_REQUEST value"},
    {"bounds that exclude each other",
     "status=free&start=ge2026-11-26T00:00:00Z&start=lt2026-11-25T00:00:00Z" + least_includes,
     "400 REC_BAD_REQUEST value"},
    {"gt and le are bounds too",
     "status=free&start=gt2026-11-24T00:00:00Z&start=le2026-11-25T00:00:00Z" + least_includes, ""},
    {"any offset is read",
     "status=free&start=ge2026-11-24T01:00:00%2B01:00&start=lt2026-11-25T00:00:00Z" + least_includes, ""},
    {"a plus that became a blank is read",
     "status=free&start=ge2026-11-24T01:00:00+01:00&start=lt2026-11-25T00:00:00Z" + least_includes, ""},
    {"an offset in hours alone is read",
     "status=free&start=ge2026-11-24T00:00:00%2B00&start=lt2026-11-25T00:00:00+00" + least_includes, ""},
    {"end is an upper bound too",
     "status=free&start=ge2026-11-24T00:00:00Z&end=le2026-11-25T00:00:00Z" + least_includes, ""},
    {"the service may be left out", "status=free" + bounds + least_includes, ""},
    {"the service as system and value",
     "status=free&Schedule.actor:HealthcareService=https://fhir.nhs.uk/Id/dos-service-id%7C9999000101" +
         bounds + least_includes,
     ""},
    {"the other spelling of the service",
     "status=free&Schedule:actor:HealthcareService=9999000101" + bounds + least_includes, ""},
    {"another service than the target",
     "status=free&Schedule.actor:HealthcareService=9999000102" + bounds + least_includes,
     "400 REC_BAD_REQUEST value"},
    {"includes are required", "status=free" + bounds, "400 REC_BAD_REQUEST required"},
    {"the service must be included", "status=free" + bounds + "&_include=Slot:schedule",
     "400 REC_BAD_REQUEST required"},
    {"Slot:* includes all", "status=free" + bounds + "&_include=Slot:*", ""},
    {"what is not known is ignored",
     "status=free&specialty=x&_count=1&_include=Slot:moon" + bounds + least_includes, ""},
};

INSTANTIATE_TEST_SUITE_P(Rules, BarsSlotSearch, testing::ValuesIn(search_rows));

using BarsSlots = tests::BarsFaceTest;

/// Resource types of the entries, with how many there are.
std::map<std::string, int> types_in(const fhir::rest::Response& response)
{
    std::map<std::string, int> types;
    for (const auto& entry : json_of(response).find("entry")->items())
        ++types[entry.find("resource")->find("resourceType")->text()];
    return types;
}

void gather_references(const fhir::codec::JsonValue& value, std::set<std::string>& found)
{
    for (const auto& [name, member] : value.members()) {
        if (name == "reference")
            found.insert(member.text());
        gather_references(member, found);
    }
    for (const auto& item : value.items())
        gather_references(item, found);
}

TEST_F(BarsSlots, AreAskedOfThePracticesEachTime)
{
    get(whole_search);
    EXPECT_TRUE(search_.asked_fresh);
    ASSERT_TRUE(search_.asked);
    ASSERT_EQ(search_.asked->actor_chains.size(), 1u);
    EXPECT_EQ(search_.asked->actor_chains.front().values.front().code, "A11111");
}

TEST_F(BarsSlots, BringWhatIsAskedForAndNothingElse)
{
    EXPECT_EQ(types_in(get(std::string(tests::slot_search))),
              (std::map<std::string, int>{{"Slot", 3}, {"Schedule", 1}, {"HealthcareService", 1}}));
    EXPECT_EQ(types_in(get(whole_search)), (std::map<std::string, int>{{"Slot", 3},
                                                                       {"Schedule", 1},
                                                                       {"HealthcareService", 1},
                                                                       {"Practitioner", 1},
                                                                       {"Location", 1},
                                                                       {"Organization", 1}}));
}

TEST_F(BarsSlots, ReferToEntriesOfTheAnswerOnly)
{
    for (const std::string& search : {std::string(tests::slot_search), whole_search}) {
        const auto response = get(search);
        std::set<std::string> urls, references;
        const auto bundle = json_of(response);
        for (const auto& entry : bundle.find("entry")->items()) {
            const std::string url = entry.find("fullUrl")->text();
            EXPECT_TRUE(url.starts_with("urn:uuid:"));
            EXPECT_EQ(url, "urn:uuid:" + entry.find("resource")->find("id")->text());
            urls.insert(url);
        }
        gather_references(bundle, references);
        for (const std::string& reference : references)
            EXPECT_TRUE(urls.contains(reference)) << reference;
    }
}

TEST_F(BarsSlots, HaveWhatIsMandatory)
{
    const auto response = get(whole_search);
    EXPECT_EQ(text_at(response, "meta/profile/0"),
              "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Bundle");
    EXPECT_FALSE(text_at(response, "timestamp").empty());
    EXPECT_EQ(text_at(response, "link/0/relation"), "self");
    EXPECT_EQ(text_at(response, "entry/0/search/mode"), "match");
    EXPECT_EQ(text_at(response, "entry/0/resource/identifier/0/value"), "A11111.1");
    EXPECT_EQ(text_at(response, "entry/0/resource/serviceCategory/0/coding/0/code"), "17");
    EXPECT_EQ(text_at(response, "entry/0/resource/status"), "free");
    EXPECT_EQ(text_at(response, "entry/3/search/mode"), "include");
    for (const auto& entry : json_of(response).find("entry")->items())
        if (const auto& resource = *entry.find("resource");
            resource.find("resourceType")->text() == "Schedule")
            EXPECT_EQ(resource.find("identifier")->items().front().find("value")->text(), "A11111.s1");
}

TEST_F(BarsSlots, HaveTheSameIdInEverySearch)
{
    const auto first = text_at(get(whole_search), "entry/0/resource/id");
    EXPECT_EQ(text_at(get(std::string(tests::slot_search)), "entry/0/resource/id"), first);
    EXPECT_EQ(first, gateway::faces::bars::uuid_of("Slot/A11111.1"));
}

TEST_F(BarsSlots, AreOfTheServiceThatIsAddressed)
{
    const auto response = get(whole_search);
    for (const auto& entry : json_of(response).find("entry")->items()) {
        const auto& resource = *entry.find("resource");
        if (resource.find("resourceType")->text() == "HealthcareService")
            EXPECT_EQ(resource.find("identifier")->items().front().find("value")->text(), "9999000101");
    }
    const auto self = text_at(response, "link/0/url");
    EXPECT_TRUE(self.starts_with("https://gateway.example.net/bars/FHIR/R4/Slot?status=free&start=")) << self;
}

TEST_F(BarsSlots, SelfLinkSaysWhatWasHonoured)
{
    const auto self =
        text_at(get(std::string(tests::slot_search) + "&specialty=x&_include=Slot:moon"), "link/0/url");
    EXPECT_EQ(self.find("specialty"), std::string::npos);
    EXPECT_EQ(self.find("moon"), std::string::npos);
    EXPECT_NE(self.find("Slot:schedule"), std::string::npos) << self;
}

TEST_F(BarsSlots, SessionsOfTheServiceAloneAreOffered)
{
    const tests::Fields gps{{"NHSD-Target-Identifier", tests::target("9999000102")}};
    const auto response = get("Slot?status=free" + bounds + least_includes, gps);
    EXPECT_EQ(text_at(response, "total"), "0");
}

TEST_F(BarsSlots, NoneIsSaidInWords)
{
    search_.held = {};
    const auto response = get(whole_search);
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(text_at(response, "total"), "0");
    EXPECT_EQ(text_at(response, "entry/0/search/mode"), "outcome");
    EXPECT_EQ(text_at(response, "entry/0/resource/issue/0/severity"), "information");
}

TEST_F(BarsSlots, BusyOnesAreShownToNobody)
{
    EXPECT_EQ(text_at(get("Slot?status=busy" + bounds + least_includes), "total"), "0");
    EXPECT_FALSE(search_.asked);
}

TEST_F(BarsSlots, APracticeThatDoesNotAnswerIsNamed)
{
    search_.absent.push_back(
        {*fhir::OdsCode::parse("A22222"), "Elsewhere", fhir::Error(fhir::ErrorKind::supplier_timeout)});
    const auto response = get(std::string(tests::slot_search));
    EXPECT_EQ(text_at(response, "total"), "3");
    EXPECT_NE(response.body.view().find("Elsewhere (A22222) did not answer"), std::string_view::npos);
}

struct FailureRow
{
    fhir::ErrorKind kind;
    const char* expected;
};

class BarsFailures : public tests::BarsFaceTest, public testing::WithParamInterface<FailureRow>
{};

TEST_P(BarsFailures, HaveTheStandardsCodes)
{
    search_.failure = fhir::Error(GetParam().kind);
    EXPECT_EQ(refusal_in(get(std::string(tests::slot_search))), GetParam().expected);
}

using enum fhir::ErrorKind;
INSTANTIATE_TEST_SUITE_P(
    Rules, BarsFailures,
    testing::Values(FailureRow{too_costly, "422 REC_UNPROCESSABLE_ENTITY too-costly"},
                    FailureRow{supplier_timeout, "408 REC_TIMEOUT timeout"},
                    FailureRow{supplier_unavailable, "503 REC_UNAVAILABLE transient"},
                    FailureRow{supplier_error, "500 REC_SERVER_ERROR exception"},
                    FailureRow{session_lost, "500 REC_SERVER_ERROR transient"},
                    FailureRow{organisation_not_allowed, "401 REC_UNAUTHORIZED forbidden"},
                    FailureRow{throttled, "429 REC_TOO_MANY_REQUESTS throttled"},
                    FailureRow{store_unavailable, "500 REC_SERVER_ERROR no-store"},
                    FailureRow{service_disabled, "422 REC_UNPROCESSABLE_ENTITY processing"},
                    FailureRow{internal, "500 REC_SERVER_ERROR exception"}));

TEST(BarsRefusals, NeverUseA403WhoseBodyTheProxyReplaces)
{
    for (const auto& row : fhir::catalogue()) {
        const auto refusal = gateway::faces::bars::refusal_of(fhir::Error(row.kind));
        EXPECT_NE(refusal.status, 403u) << row.code;
        EXPECT_TRUE(refusal.code.starts_with("REC_")) << row.code;
    }
}

TEST(BarsWritten, SummerTimeIsSentAsUtc)
{
    EXPECT_EQ(gateway::faces::bars::in_utc(R"({"start":"2026-06-15T10:20:00+01:00"})"),
              R"({"start":"2026-06-15T09:20:00Z"})");
}

TEST(BarsWritten, OnlyInstantsAreMovedToUtc)
{
    EXPECT_EQ(gateway::faces::bars::in_utc(R"({"a":"x +01:00","b":"2026-06-15T10:20:00.5+01:00"})"),
              R"({"a":"x +01:00","b":"2026-06-15T09:20:00.500Z"})");
    EXPECT_EQ(gateway::faces::bars::in_utc(R"({"b":"2026-01-15T10:20:00+00:00"})"),
              R"({"b":"2026-01-15T10:20:00+00:00"})");
}

} // namespace
