// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "gateway/faces/r4_face.hpp"
#include "gateway/workflow/service_factory.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_booking.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_federation.hpp"
#include "tests/support/fake_finder.hpp"
#include "tests/support/fake_identity.hpp"
#include "tests/support/fake_recorder.hpp"
#include "tests/support/memory_tasks.hpp"
#include "tests/support/no_limits.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests
{

using Fields = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::string_view test_base = "https://gateway.example.net/fhir/R4";

/// The R4 face on fakes, asked in memory. Requests carry the token `good` unless they bring an Authorization
/// field (empty: none).
class FaceTest : public testing::Test
{
protected:
    FaceTest();
    ~FaceTest() override;

    fhir::rest::Response send(std::string method, std::string path, Fields fields = {},
                              std::string body = {});
    /// GET below the base.
    fhir::rest::Response get(std::string path, Fields fields = {});
    /// With Content-Type `application/fhir+json`.
    fhir::rest::Response post(std::string path, std::string body, Fields fields = {});

    /// One practice, A11111, with a nurse's session of `slots` ten-minute slots from 09:00 on 24 November
    /// 2026.
    void add_book(std::size_t slots = 3);
    /// An appointment in version 1 that FakeBooking holds.
    std::string add_appointment();

    FakeClock clock_;
    FakeRandom random_;
    FakeIdentity identity_;
    FakeFederation search_;
    FakePatients patients_;
    FakeBooking booking_;
    MemoryTasks task_store_;
    std::unique_ptr<gateway::workflow::TaskService> tasks_;
    gateway::observability::Metrics metrics_;
    FakeRecorder recorded_;
    FakeFinder finder_;
    bool draining_ = false;
    gateway::limits::Moment now_{std::chrono::hours(1)};
    gateway::limits::Limiter limiter_; ///< limits nothing until it is told to
    std::unique_ptr<gateway::http::Handler> face_;
};

/// One practice's book, A11111's, as add_book() adds it.
std::shared_ptr<const gateway::search::Book> nurse_book(std::size_t slots);

/// A booking as a hub sends it; `more` are further members, `,"comment":"x"`.
std::string booking_json(std::string_view more = {});

fhir::codec::JsonValue json_of(const fhir::rest::Response& response);
/// The value at a path of member names and indices, `issue/0/details/text`; empty when there is none.
std::string text_at(const fhir::rest::Response& response, std::string_view path);
/// HTTP status, issue code and first expression: `400 value http.start`.
std::string outcome_of(const fhir::rest::Response& response);

} // namespace tests
