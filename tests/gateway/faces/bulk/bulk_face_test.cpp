// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bulk_face.hpp"
#include "tests/gateway/faces/face_fixture.hpp"

namespace
{

using fhir::rest::Request;
using fhir::rest::Response;
using tests::text_at;

std::shared_ptr<const gateway::policy::Practice> practice(std::vector<std::string> public_sessions)
{
    gateway::policy::Practice practice{*fhir::OdsCode::parse("A11111"),
                                       "Larkhill Surgery",
                                       "emis",
                                       "0151 496 0101",
                                       std::nullopt,
                                       nullptr,
                                       nullptr,
                                       gateway::policy::SessionPatterns(public_sessions)};
    return std::make_shared<const gateway::policy::Practice>(std::move(practice));
}

/// The bulk face over one practice, whose sessions are public as the test says.
class BulkFace : public testing::Test
{
protected:
    BulkFace() { open({"*"}); }

    /// The nurse's session has no name, so that only `*` and the practice's category match it.
    void open(std::vector<std::string> public_sessions)
    {
        directory_ = std::make_shared<const gateway::policy::Directory>(
            std::vector{practice(std::move(public_sessions))}, std::vector<gateway::policy::Federation>());
        face_ =
            gateway::faces::make_bulk_face({search_,
                                            [this] { return directory_; },
                                            clock_,
                                            metrics_,
                                            {"https://gateway.example.net/fhir/R4/$bulk-publish",
                                             "https://gateway.example.net/bulk", std::chrono::seconds(60)}});
    }

    Response get(std::string target, tests::Fields fields = {}, std::string method = "GET")
    {
        Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        for (auto& [name, value] : fields)
            request.headers.add(name, std::move(value));
        return tests::run(face_->handle(std::move(request)));
    }
    std::string lines(std::string target) { return std::string(get(std::move(target)).body.view()); }

    tests::FakeClock clock_;
    tests::FakeFederation search_;
    gateway::observability::Metrics metrics_;
    std::shared_ptr<const gateway::policy::Directory> directory_;
    std::unique_ptr<gateway::http::Handler> face_;
};

constexpr auto manifest = "/fhir/R4/$bulk-publish";
constexpr auto slots = "/bulk/slots-2026-W48.ndjson";

std::size_t count(const std::string& text, const std::string& part)
{
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

/// A session that carries a name, as systems show it.
std::shared_ptr<const gateway::search::Book> named_book(std::size_t free, const std::string& name)
{
    const auto plain = tests::nurse_book(free);
    adapters::FoundSlots found;
    for (const auto& row : plain->slots)
        found.slots.push_back(row);
    fhir::Schedule schedule = *plain->schedules.begin()->second;
    schedule.comment = name;
    found.schedules.push_back(std::move(schedule));
    for (const auto& [id, held] : plain->locations)
        found.locations.push_back(held);
    for (const auto& [id, held] : plain->practitioners)
        found.practitioners.push_back(held);
    return std::make_shared<const gateway::search::Book>(plain->ods, plain->window, plain->seen,
                                                         std::move(found), tests::test_base);
}

TEST_F(BulkFace, ManifestNamesEveryFile)
{
    search_.held = {named_book(3, "Flu clinic")};
    const auto response = get(manifest);
    ASSERT_EQ(response.status, 200u) << response.body.view();
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(text_at(response, "request"), "https://gateway.example.net/fhir/R4/$bulk-publish");
    EXPECT_EQ(text_at(response, "transactionTime"), fhir::to_utc_text(clock_.now()));
    EXPECT_EQ(text_at(response, "output/0/url"), "https://gateway.example.net/bulk/locations.ndjson");
    EXPECT_EQ(text_at(response, "output/1/url"), "https://gateway.example.net/bulk/schedules.ndjson");
    EXPECT_EQ(text_at(response, "output/2/url"), "https://gateway.example.net/bulk/slots-2026-W48.ndjson");
    EXPECT_EQ(text_at(response, "output/2/type"), "Slot");
    EXPECT_EQ(text_at(response, "error"), "[]");
}

TEST_F(BulkFace, FilesHoldOneResourceALine)
{
    search_.held = {named_book(3, "Flu clinic")};
    const auto response = get(slots);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/fhir+ndjson");
    const std::string text(response.body.view());
    EXPECT_EQ(count(text, "\n"), 3u);
    EXPECT_EQ(count(text, R"({"resourceType":"Slot")"), 3u);
    EXPECT_EQ(count(text, R"("status":"free")"), 3u);
    EXPECT_EQ(count(text, "booking-phone"), 3u);
    EXPECT_EQ(count(lines("/bulk/schedules.ndjson"), R"({"resourceType":"Schedule")"), 1u);
    EXPECT_EQ(count(lines("/bulk/locations.ndjson"), R"({"resourceType":"Location")"), 1u);
}

TEST_F(BulkFace, NobodyWhoWorksThereIsNamed)
{
    search_.held = {named_book(3, "Flu clinic")};
    for (const char* file : {slots, "/bulk/schedules.ndjson", "/bulk/locations.ndjson"}) {
        const auto text = lines(file);
        EXPECT_EQ(text.find("Okonjo"), std::string::npos) << file;
        EXPECT_EQ(text.find("Practitioner"), std::string::npos) << file;
    }
}

TEST_F(BulkFace, SessionsThatAreNotPublicAreNotPublished)
{
    open({"Flu*"});
    search_.held = {named_book(3, "Nurse")};
    EXPECT_EQ(get(slots).status, 404u);
    EXPECT_EQ(lines("/bulk/schedules.ndjson"), "");
}

TEST_F(BulkFace, NothingIsPublishedUnlessAPracticeSaysSo)
{
    open({});
    search_.held = {named_book(3, "Flu clinic")};
    EXPECT_EQ(get(manifest).status, 404u);
    EXPECT_EQ(get(slots).status, 404u);
    EXPECT_FALSE(search_.asked);
}

TEST_F(BulkFace, UnchangedFilesAreNotSentAgain)
{
    search_.held = {named_book(3, "Flu clinic")};
    const auto first = get(slots);
    EXPECT_EQ(first.headers.get("Cache-Control"), "public, max-age=300");
    const std::string tag(first.headers.get("ETag"));
    const auto again = get(slots, {{"If-None-Match", tag}});
    EXPECT_EQ(again.status, 304u);
    EXPECT_TRUE(again.body.empty());
    clock_.advance(std::chrono::minutes(5));
    EXPECT_EQ(get(slots, {{"If-None-Match", tag}}).status, 304u);
    search_.held = {named_book(2, "Flu clinic")};
    clock_.advance(std::chrono::minutes(5));
    EXPECT_EQ(get(slots, {{"If-None-Match", tag}}).status, 200u);
}

TEST_F(BulkFace, ATakenSlotIsPublishedAsBusyUntilItBegins)
{
    search_.held = {named_book(3, "Flu clinic")};
    get(slots);
    search_.held = {named_book(2, "Flu clinic")};
    clock_.advance(std::chrono::minutes(2));
    const auto text = lines(slots);
    EXPECT_EQ(count(text, R"("status":"free")"), 2u);
    EXPECT_EQ(count(text, R"("status":"busy")"), 1u);
}

TEST_F(BulkFace, SinceAsksForWhatHasChanged)
{
    search_.held = {named_book(3, "Flu clinic")};
    get(slots);
    const auto then = fhir::to_utc_text(clock_.now());
    search_.held = {named_book(2, "Flu clinic")};
    clock_.advance(std::chrono::minutes(2));
    const auto text = lines(std::string(slots) + "?_since=" + then);
    EXPECT_EQ(count(text, "\n"), 1u);
    EXPECT_EQ(count(text, R"("status":"busy")"), 1u);
    EXPECT_EQ(text_at(get(std::string(manifest) + "?_since=" + then), "output/2/url"),
              "https://gateway.example.net" + std::string(slots) + "?_since=" + then);
    EXPECT_EQ(get(std::string(slots) + "?_since=yesterday").status, 400u);
}

TEST_F(BulkFace, OnePublicationServesAMinute)
{
    search_.held = {named_book(3, "Flu clinic")};
    get(slots);
    search_.asked.reset();
    clock_.advance(std::chrono::seconds(59));
    get(slots);
    EXPECT_FALSE(search_.asked);
    clock_.advance(std::chrono::seconds(2));
    get(slots);
    EXPECT_TRUE(search_.asked);
}

TEST_F(BulkFace, APracticeThatDoesNotAnswerStaysAsItWasAndIsNamed)
{
    search_.held = {named_book(3, "Flu clinic")};
    get(slots);
    search_.failure = fhir::Error(fhir::ErrorKind::supplier_timeout);
    clock_.advance(std::chrono::minutes(2));
    EXPECT_EQ(count(lines(slots), R"("status":"free")"), 3u);
    EXPECT_EQ(text_at(get(manifest), "error/0/url"), "https://gateway.example.net/bulk/errors.ndjson");
    EXPECT_NE(lines("/bulk/errors.ndjson").find("Larkhill Surgery (A11111)"), std::string::npos);
}

TEST_F(BulkFace, CanOnlyBeRead)
{
    EXPECT_EQ(get(manifest, {}, "POST").status, 405u);
    EXPECT_EQ(get("/bulk/slots-2026-W01.ndjson").status, 404u);
    EXPECT_EQ(get("/bulk").status, 404u);
}

} // namespace
