// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/bars/world.hpp"

// The simulated receiver is strict: what the standard wants of a sender is refused when it is missing. Each
// request is the client's own but for one change.

using namespace tests::bars;

namespace
{

/// `400 REC_BAD_REQUEST required` of the first refused request to `target` after the change.
std::string verdict(const std::string& target, std::function<void(Request&)> change)
{
    World world;
    auto order = world.order();
    std::string seen;
    world.between.change = [&](Request& request) {
        if (request.target.starts_with(target))
            change(request);
    };
    world.between.spoil = [&](const Request& request, Response& response) {
        if (!request.target.starts_with(target) || !seen.empty())
            return;
        const auto tree = json(response.body.view());
        seen = std::to_string(response.status) + " " +
               adapters::text_at(tree, {"issue", "details", "coding", "code"}) + " " +
               adapters::text_at(tree, {"issue", "code"});
    };
    (void)world.book(std::move(order));
    EXPECT_EQ(world.row().times_booked, 0U) << seen;
    return seen;
}

auto without(const char* name)
{
    return [name](Request& request) { request.headers.remove(name); };
}

auto with(const char* name, const char* value)
{
    return [name, value](Request& request) { request.headers.set(name, value); };
}

auto body_with(std::string from, std::string to)
{
    return [from = std::move(from), to = std::move(to)](Request& request) {
        const auto at = request.body.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        if (at != std::string::npos)
            request.body.replace(at, from.size(), to);
    };
}

constexpr const char* messages = "$process-message";

} // namespace

TEST(BarsReceiver, WantsTheHeadersOfTheStandard)
{
    for (const char* name : {"X-Request-Id", "X-Correlation-Id", "NHSD-Target-Identifier",
                             "NHSD-End-User-Organisation", "NHSD-Requesting-Software"}) {
        EXPECT_EQ(verdict("Slot?", without(name)), "400 REC_BAD_REQUEST required") << name;
        EXPECT_EQ(verdict(messages, without(name)), "400 REC_BAD_REQUEST required") << name;
    }
    EXPECT_EQ(verdict(messages, with("X-Request-Id", "1")), "400 REC_BAD_REQUEST invalid");
    EXPECT_EQ(verdict(messages, with("Accept", "application/fhir+json; version=2.0.0")),
              "406 REC_NOT_ACCEPTABLE processing");
    EXPECT_EQ(verdict(messages, with("Content-Type", "application/json")),
              "415 REC_UNSUPPORTED_MEDIA_TYPE not-supported");
    EXPECT_EQ(verdict(messages, without("use-context")), "400 SEND_BAD_REQUEST required");
}

TEST(BarsReceiver, WantsMessagesInTheirShape)
{
    for (const auto& [from, to, wanted] : std::vector<std::array<std::string, 3>>{
             {R"("type":"message")", R"("type":"batch")", "400 REC_BAD_REQUEST structure"},
             {R"("versionId":"1.1.0")", R"("versionId":"2.0.0")",
              "422 REC_UNPROCESSABLE_ENTITY not-supported"},
             {R"(,"versionId":"1.1.0")", "", "400 REC_BAD_REQUEST invariant"},
             {R"("resourceType":"MessageHeader")", R"("resourceType":"Basic")",
              "400 REC_BAD_REQUEST invariant"},
             {"dos-service-id|", "dos-service-id|1", "400 REC_BAD_REQUEST value"},
             {"bars-message-booking-request", "bars-message-other", "400 REC_BAD_REQUEST invariant"},
             {R"("resourceType":"Schedule")", R"("resourceType":"Basic")", "400 REC_BAD_REQUEST invariant"},
             {R"("status":"booked")", R"("status":"pending")", "400 REC_BAD_REQUEST invariant"},
             {R"("code":"booking-request")", R"("code":"servicerequest-request")",
              "422 REC_UNPROCESSABLE_ENTITY not-supported"},
             {R"("code":"booking-request")", R"("code":"booking-response")", "400 REC_BAD_REQUEST invariant"},
             {R"("status":"accepted")", R"("status":"declined")", "400 REC_BAD_REQUEST invariant"},
             {R"("valuePositiveInt":1)", R"("valuePositiveInt":2)", "400 REC_BAD_REQUEST invariant"},
             {"number-present-but-not-traced", "number-not-present", "400 REC_BAD_REQUEST invariant"},
             {R"("start":"2026-11-24T09:00:00Z")", R"("start":"2026-11-24T09:10:00Z")",
              "400 REC_BAD_REQUEST invariant"},
             {R"("value":"Z9H01")", R"("value":"Z9H02")", "400 REC_BAD_REQUEST invariant"}})
        EXPECT_EQ(verdict(messages, body_with(from, to)), wanted) << from << " -> " << to;
}

TEST(BarsReceiver, WantsBothBoundsAndTheMinimumOfIncludes)
{
    const auto target_with = [](const std::string& from, const std::string& to) {
        return [=](Request& request) {
            const auto at = request.target.find(from);
            ASSERT_NE(at, std::string::npos);
            request.target.replace(at, from.size(), to);
        };
    };
    EXPECT_EQ(verdict("Slot?", target_with("start=lt", "x=")), "400 REC_BAD_REQUEST required");
    EXPECT_EQ(verdict("Slot?", target_with("start=ge", "start=eq")), "400 REC_BAD_REQUEST value");
    EXPECT_EQ(verdict("Slot?", target_with("Slot:schedule", "Slot:x")), "400 REC_BAD_REQUEST required");
    EXPECT_EQ(verdict("Slot?", target_with("status=free", "x=y")), "400 REC_BAD_REQUEST required");
}

TEST(BarsReceiver, TheSameIdsWithAnotherBodyAreRefused)
{
    World world({{"slow", "0"}, {"retry_after", "0"}});
    int sendings = 0;
    world.between.change = [&](Request& request) {
        if (request.target.starts_with(messages) && ++sendings == 2)
            request.body += " ";
    };
    EXPECT_EQ(kind(world.book()), fhir::ErrorKind::outcome_unknown);
    EXPECT_EQ(sendings, 2);
    EXPECT_EQ(world.row().times_booked, 1U);
}
