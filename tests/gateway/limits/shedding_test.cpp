// SPDX-License-Identifier: Apache-2.0
#include "gateway/limits/shedding.hpp"
#include "gateway/observability/metrics.hpp"
#include "tests/support/asio_test.hpp"

#include <gtest/gtest.h>

namespace tests
{
namespace
{

using namespace std::chrono_literals;
using fhir::rest::Request;
using fhir::rest::Response;
using gateway::limits::Load;
using gateway::limits::Moment;
using gateway::limits::Work;
using gateway::limits::work_of;

/// Counts what reaches it.
class CountingFace : public gateway::http::Handler
{
public:
    int handled = 0;
    std::optional<fhir::Error> refused;

    gateway::Awaitable<Response> handle(Request) override
    {
        ++handled;
        co_return Response{};
    }
    Response refuse(const fhir::Error& error) override
    {
        refused = error;
        Response response;
        response.status = 429;
        return response;
    }
};

class SheddingTest : public testing::Test
{
protected:
    Response ask(std::string method, std::string path)
    {
        Request request;
        request.method = std::move(method);
        request.target = std::move(path);
        return run(shedding->handle(std::move(request)));
    }

    Moment now{1h};
    Load load{{200ms, 100, 1000}, 1, [this] { return now; }};
    gateway::observability::Metrics metrics;
    CountingFace face;
    std::unique_ptr<gateway::http::Handler> shedding =
        gateway::limits::make_shedding({face, load, metrics, fhir::ErrorKind::throttled});
};

TEST_F(SheddingTest, PassesEverythingOnWhileThereIsTime)
{
    EXPECT_EQ(ask("GET", "/fhir/R4/Slot?status=free").status, 200U);
    EXPECT_EQ(ask("POST", "/fhir/R4/Appointment").status, 200U);
    EXPECT_EQ(face.handled, 2);
}

TEST_F(SheddingTest, RefusesWith503AndATimeAndDoesNothingElse)
{
    load.loop(0).expect(now);
    now += 250ms;
    const auto refused = ask("GET", "/fhir/R4/Slot?status=free");
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.headers.get("Retry-After"), "2");
    EXPECT_EQ(face.handled, 0);
    ASSERT_TRUE(face.refused);
    EXPECT_EQ(face.refused->kind(), fhir::ErrorKind::throttled);
    EXPECT_NE(metrics.text().find("apptgw_http_rejected_total{reason=\"shed\"} 1"), std::string::npos);
    EXPECT_EQ(ask("PATCH", "/fhir/R4/Appointment/a1").status, 200U);
}

TEST_F(SheddingTest, CountsWhatItLetsThroughUntilItIsAnswered)
{
    for (int i = 0; i < 300; ++i)
        EXPECT_EQ(ask("GET", "/fhir/R4/Slot").status, 200U);
    EXPECT_EQ(load.percent(), 0);
}

TEST_F(SheddingTest, RefusesABodyOfTooManyPartsWithoutTakingItToPieces)
{
    Request request;
    request.method = "POST";
    request.target = "/fhir/R4/Appointment";
    for (int i = 0; i < 30000; ++i)
        request.body += "{},";
    run(shedding->handle(std::move(request)));
    EXPECT_EQ(face.handled, 0);
    ASSERT_TRUE(face.refused);
    EXPECT_EQ(face.refused->kind(), fhir::ErrorKind::too_costly);
}

TEST(PartsOfABody, ManyBytesAreNotManyParts)
{
    using gateway::limits::has_too_many_parts;
    EXPECT_FALSE(has_too_many_parts(""));
    EXPECT_FALSE(has_too_many_parts("{\"description\":\"" + std::string(1 << 20, 'x') + "\"}"));
    EXPECT_FALSE(has_too_many_parts(std::string(20000, ',')));
    EXPECT_TRUE(has_too_many_parts(std::string(20001, ',')));
    EXPECT_TRUE(has_too_many_parts(std::string(20001, '<')));
}

struct WorkRow
{
    const char* method;
    const char* path;
    Work work;
};

TEST(WorkOfARequest, IsToldFromMethodAndPath)
{
    using enum Work;
    const WorkRow rows[] = {
        {"GET", "/_ping", health},
        {"GET", "/_status", health},
        {"GET", "/fhir/R4/Slot", search},
        {"POST", "/fhir/R4/Slot/_search", search},
        {"GET", "/fhir/R4/Appointment", search},
        {"GET", "/fhir/R4/Appointment/$find", search},
        {"POST", "/fhir/R4/Appointment/$find", search},
        {"GET", "/fhir/R4/Patient", search},
        {"GET", "/fhir/R4/$bulk-publish", search},
        {"POST", "/fhir/R4/Appointment", booking},
        {"POST", "/fhir/R4/Appointment/$hold", booking},
        {"POST", "/fhir/R4/Appointment/$book", booking},
        {"POST", "/bars/FHIR/R4/$process-message", booking},
        {"POST", "/A81001/STU3/1/gpconnect/fhir/Appointment", booking},
        {"POST", "/fhir/R4/Appointment/a1/$reschedule", booking},
        {"PATCH", "/fhir/R4/Appointment/a1", change},
        {"PUT", "/fhir/R4/Appointment/a1", change},
        {"PUT", "/A81001/STU3/1/gpconnect/fhir/Appointment/a1", change},
        {"GET", "/fhir/R4/Appointment/a1", change},
        {"GET", "/bars/FHIR/R4/Appointment/a1", change},
        {"POST", "/oauth2/token", change},
    };
    for (const auto& row : rows)
        EXPECT_EQ(work_of(row.method, row.path), row.work) << row.method << " " << row.path;
}

} // namespace
} // namespace tests
