// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using tests::json_of;
using tests::text_at;

const std::string free_slots = "Slot?status=free&start=ge2026-11-24&start=lt2026-11-25";

using SlotFace = tests::FaceTest;

std::vector<std::string> modes(const fhir::rest::Response& response)
{
    std::vector<std::string> found;
    const auto bundle = json_of(response);
    if (const auto* entries = bundle.find("entry"))
        for (const auto& entry : entries->items())
            found.push_back(entry.find("search")->find("mode")->text());
    return found;
}

std::string link(const fhir::rest::Response& response, std::string_view relation)
{
    const auto bundle = json_of(response);
    for (const auto& candidate : bundle.find("link")->items())
        if (candidate.find("relation")->text() == relation)
            return candidate.find("url")->text();
    return {};
}

TEST_F(SlotFace, SearchAnswersASearchsetOfTheFederation)
{
    add_book();
    const auto response = get(free_slots);
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(text_at(response, "type"), "searchset");
    EXPECT_EQ(text_at(response, "total"), "3");
    EXPECT_EQ(text_at(response, "entry/0/fullUrl"), "https://gateway.example.net/fhir/R4/Slot/A11111.1");
    EXPECT_EQ(response.headers.get("Content-Type"), "application/fhir+json;charset=utf-8");
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
}

TEST_F(SlotFace, PostedSearchIsTheSameAsGet)
{
    add_book();
    const auto response = send("POST", "/fhir/R4/Slot/_search?status=free",
                               {{"Content-Type", "application/x-www-form-urlencoded"}},
                               "start=ge2026-11-24&start=lt2026-11-25");
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(text_at(response, "total"), "3");
    ASSERT_TRUE(search_.asked);
    EXPECT_EQ(search_.asked->start.size(), 2u);
    EXPECT_EQ(search_.asked->status.size(), 1u);
}

TEST_F(SlotFace, NoCacheGoesToTheSource)
{
    get(free_slots);
    EXPECT_FALSE(search_.asked_fresh);
    get(free_slots, {{"Cache-Control", "max-age=0, no-cache"}});
    EXPECT_TRUE(search_.asked_fresh);
}

TEST_F(SlotFace, PagesFollowTheFrozenCursor)
{
    add_book(5);
    const auto first = get(free_slots + "&_count=2");
    ASSERT_EQ(first.status, 200u) << first.body.view();
    EXPECT_EQ(modes(first).size(), 2u);
    std::string next = link(first, "next");
    ASSERT_FALSE(next.empty());
    ASSERT_TRUE(next.starts_with("https://gateway.example.net/fhir/R4/Slot?"));
    const auto second = send("GET", next.substr(std::string("https://gateway.example.net").size()));
    EXPECT_EQ(text_at(second, "entry/0/resource/id"), "A11111.3");
    EXPECT_EQ(text_at(second, "total"), "5");
}

TEST_F(SlotFace, ExpiredCursorIsGone)
{
    EXPECT_EQ(get("Slot?_cursor=old&_offset=50&_count=50").status, 410u);
}

TEST_F(SlotFace, MissingPracticesAreNamedInAnOutcomeEntry)
{
    add_book();
    search_.absent.push_back(
        {*fhir::OdsCode::parse("B22222"), "Moorview", fhir::Error(fhir::ErrorKind::supplier_timeout)});
    const auto response = get(free_slots);
    EXPECT_EQ(modes(response).back(), "outcome");
    EXPECT_NE(response.body.view().find("B22222"), std::string_view::npos);
}

TEST_F(SlotFace, LenientHandlingLeavesUnknownParametersOutAndSaysSo)
{
    add_book();
    const auto response = get(free_slots + "&shoe-size=9", {{"Prefer", "handling=lenient"}});
    ASSERT_EQ(response.status, 200u);
    EXPECT_EQ(link(response, "self").find("shoe-size"), std::string::npos);
    EXPECT_EQ(modes(response).back(), "outcome");
}

TEST_F(SlotFace, ReadGivesTheCachedResourceWithItsETag)
{
    add_book();
    const auto response = get("Slot/A11111.2");
    ASSERT_EQ(response.status, 200u);
    EXPECT_EQ(text_at(response, "id"), "A11111.2");
    EXPECT_EQ(response.headers.get("ETag"), "W/\"" + text_at(response, "meta/versionId") + "\"");
    EXPECT_EQ(response.headers.get("Last-Modified"), "Mon, 23 Nov 2026 08:00:00 GMT");
}

TEST_F(SlotFace, ReadOfAKnownVersionIsNotModified)
{
    add_book();
    const std::string tag(get("Slot/A11111.2").headers.get("ETag"));
    const auto known = get("Slot/A11111.2", {{"If-None-Match", "W/\"other\", " + tag}});
    EXPECT_EQ(known.status, 304u);
    EXPECT_TRUE(known.body.empty());
    EXPECT_EQ(known.headers.get("ETag"), tag);
    EXPECT_EQ(get("Slot/A11111.2", {{"If-None-Match", "W/\"other\""}}).status, 200u);
    EXPECT_EQ(get("Slot/A11111.2", {{"If-Modified-Since", "Mon, 23 Nov 2026 08:00:00 GMT"}}).status, 304u);
    EXPECT_EQ(get("Slot/A11111.2", {{"If-Modified-Since", "Mon, 23 Nov 2026 07:59:59 GMT"}}).status, 200u);
}

TEST_F(SlotFace, ReadCarriesOnlyTheElementsAskedFor)
{
    add_book();
    const auto response = get("Slot/A11111.2?_elements=start");
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_FALSE(text_at(response, "start").empty());
    EXPECT_NE(response.body.view().find("SUBSETTED"), std::string_view::npos);
}

TEST_F(SlotFace, PrettyIsLaidOut)
{
    add_book();
    EXPECT_EQ(get("Slot/A11111.2").body.view().find('\n'), std::string_view::npos);
    EXPECT_NE(get("Slot/A11111.2?_pretty=true").body.view().find("\n  \""), std::string_view::npos);
}

TEST_F(SlotFace, LargeAnswersAreCompressedOnRequest)
{
    add_book(6);
    const auto packed = get(free_slots, {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(packed.headers.get("Content-Encoding"), "gzip");
    EXPECT_EQ(packed.body.view().substr(0, 2), "\x1f\x8b");
    EXPECT_FALSE(get(free_slots).headers.has("Content-Encoding"));
}

} // namespace
