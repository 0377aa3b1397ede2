// SPDX-License-Identifier: Apache-2.0
#include "gateway/observability/trace.hpp"

#include "fhir/model/id.hpp"
#include "tests/support/fake_clock.hpp"

#include <gtest/gtest.h>

using namespace gateway::observability;

namespace
{

constexpr const char* sample = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

RequestIds ids_for(std::initializer_list<std::pair<const char*, const char*>> headers)
{
    fhir::rest::Request request;
    for (const auto& [name, value] : headers)
        request.headers.add(name, value);
    tests::FakeClock clock;
    tests::FakeRandom random;
    return request_ids(request, clock, random);
}

} // namespace

TEST(Traceparent, ReadsAndWritesTheSameText)
{
    const auto context = parse_traceparent(sample);
    ASSERT_TRUE(context);
    EXPECT_EQ(context->trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_TRUE(context->sampled);
    EXPECT_EQ(to_traceparent(*context), sample);
}

TEST(Traceparent, ALaterVersionMayCarryMore)
{
    EXPECT_TRUE(parse_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"));
    EXPECT_FALSE(parse_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more"));
}

TEST(Traceparent, RefusesWhatIsNotOne)
{
    for (const char* bad : {"", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
                            "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x"})
        EXPECT_FALSE(parse_traceparent(bad)) << bad;
}

TEST(RequestIdRules, AnAcceptableIdIsKept)
{
    const auto ids = ids_for({{"X-Request-Id", "hub-1:77.a_B"}, {"X-Correlation-Id", "c-1"}});
    EXPECT_EQ(ids.request_id, "hub-1:77.a_B");
    EXPECT_EQ(ids.correlation_id, "c-1");
}

TEST(RequestIdRules, AnUnacceptableIdIsReplacedByAUuid)
{
    for (const char* bad : {"", "two words", "a\"b", "9\n9", "caf\xC3\xA9", "<script>",
                            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        const auto ids = ids_for({{"X-Request-Id", bad}, {"X-Correlation-Id", bad}});
        EXPECT_TRUE(fhir::is_uuid(ids.request_id)) << bad;
        EXPECT_EQ(ids.correlation_id, ids.request_id);
    }
}

TEST(RequestIdRules, ATraceIsContinuedWithASpanOfOurOwn)
{
    const auto ids = ids_for({{"traceparent", sample}});
    EXPECT_EQ(ids.trace.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_NE(ids.trace.span_id, "00f067aa0ba902b7");
    EXPECT_TRUE(parse_traceparent(to_traceparent(ids.trace)));
}

TEST(RequestIdRules, WithoutATraceOneBegins)
{
    EXPECT_TRUE(parse_traceparent(to_traceparent(ids_for({}).trace)));
}
