// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json_value.hpp"
#include "gateway/faces/bars_face.hpp"
#include "tests/gateway/faces/face_fixture.hpp"
#include "tests/support/fake_booking.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_federation.hpp"
#include "tests/support/fake_identity.hpp"
#include "tests/support/fake_recorder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tests
{

/// A change of a message: the place, `entry/0/resource/reason/coding/0/code`, and the JSON to be put there;
/// empty takes it away.
using Edits = std::vector<std::pair<std::string, std::string>>;

/// The BaRS face on fakes. The service 9999000101 is practice A11111's, which has one nurse's session;
/// 9999000102 offers its sessions called `GP*`, 9999000103 is another practice's and takes no bookings;
/// 9999000104 takes referrals too.
class BarsFaceTest : public testing::Test
{
protected:
    BarsFaceTest();
    ~BarsFaceTest() override;

    /// With every header that a sender sends, for service 9999000101; `fields` replace them, an empty value
    /// takes one away.
    fhir::rest::Response send(std::string method, std::string path, Fields fields = {},
                              std::string body = {});
    fhir::rest::Response get(std::string path, Fields fields = {})
    {
        return send("GET", std::move(path), std::move(fields));
    }
    fhir::rest::Response post(std::string body, Fields fields = {})
    {
        return send("POST", "$process-message", std::move(fields), std::move(body));
    }
    /// A booking of the first slot that the search gives, or a cancellation of FakeBooking's appointment.
    std::string booking(const Edits& edits = {});
    std::string cancellation(const Edits& edits = {});
    /// A referral to service 9999000104, its cancellation, and feedback on it.
    std::string referral(const Edits& edits = {});
    std::string referral_cancellation(const std::string& id, const Edits& edits = {});
    std::string feedback(const Edits& edits = {});

    /// Says of the last booking who made it, as the booking service does.
    void name_booker();

    FakeClock clock_;
    FakeRandom random_;
    FakeIdentity identity_;
    FakeFederation search_;
    FakeBooking booking_;
    MemoryTasks task_store_;
    std::unique_ptr<gateway::workflow::TaskService> tasks_;
    gateway::observability::Metrics metrics_;
    FakeRecorder recorded_;
    gateway::limits::Moment now_{std::chrono::hours(1)};
    gateway::limits::Limiter limiter_{no_limits(), metrics_, [this] { return now_; }};
    std::shared_ptr<const gateway::policy::Directory> directory_;
    std::unique_ptr<gateway::http::Handler> face_;
};

inline constexpr std::string_view slot_search =
    "Slot?status=free&start=ge2026-11-24T00:00:00Z&start=lt2026-11-25T00:00:00Z"
    "&Schedule.actor:HealthcareService=9999000101&_include=Slot:schedule"
    "&_include=Schedule:actor:HealthcareService";
inline constexpr std::string_view all_includes =
    "&_include=Schedule:actor:Practitioner&_include=Schedule:actor:PractitionerRole"
    "&_include=HealthcareService:providedBy&_include=HealthcareService:location";

/// Base64 of a target header.
std::string target(std::string_view service_id);
std::string organisation(std::string_view ods);

/// `409 REC_CONFLICT duplicate`.
std::string refusal_in(const fhir::rest::Response& response);

} // namespace tests
