// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json.hpp"
#include "gateway/workflow/service_factory.hpp"
#include "gateway/workflow/task_contents.hpp"
#include "tests/support/asio_test.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/fake_identity.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

namespace tests
{

inline constexpr const char* task_base = "https://gateway.example.net/fhir/R4";
inline constexpr std::string_view task_origin = "https://gateway.example.net";

/// What the inbox is told of the world: HUB01 and A10001 share work, so do HUB01 and B20002; each sees the
/// appointments that are put in under its code.
struct FakeLinks
{
    std::set<std::pair<std::string, std::string>> share{{"HUB01", "A10001"}, {"HUB01", "B20002"}};
    std::map<std::pair<std::string, std::string>, gateway::workflow::SeenAppointment> appointments;

    gateway::workflow::TaskLinks links()
    {
        gateway::workflow::TaskLinks made;
        made.may_send = [this](const fhir::OdsCode& from, const fhir::OdsCode& to,
                               const std::optional<fhir::NhsNumber>&) {
            return share.contains({from.text(), to.text()}) || share.contains({to.text(), from.text()});
        };
        made.name_of = [](const fhir::OdsCode& ods) {
            return ods.text() == "A10001" ? std::string("Larkhill Surgery") : std::string();
        };
        made.appointment =
            [this](gateway::identity::Caller caller,
                   std::string id) -> gateway::Awaitable<fhir::Result<gateway::workflow::SeenAppointment>> {
            const auto found = appointments.find({caller.ods.text(), id});
            if (found == appointments.end())
                co_return fhir::fail(fhir::ErrorKind::not_found);
            co_return found->second;
        };
        return made;
    }
};

inline gateway::workflow::TaskWrite task_write_by(const std::string& ods, const std::string& key = {})
{
    return {caller_with("system/*.cruds", ods), key, "hash of " + key, std::nullopt};
}

inline fhir::TaskParameter parameter(const std::string& code, std::string text)
{
    fhir::TaskParameter made;
    made.type = fhir::concept_text(code);
    made.value = std::move(text);
    return made;
}

inline fhir::TaskParameter parameter(const std::string& code, fhir::Reference to)
{
    fhir::TaskParameter made;
    made.type = fhir::concept_text(code);
    made.value = std::move(to);
    return made;
}

inline fhir::Reference organisation(const std::string& ods)
{
    fhir::Reference made;
    made.identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, ods));
    return made;
}

/// A task as a hub sends it to A10001's reception: by default a message to the practice.
inline fhir::Task asked(const std::string& kind = "practice-message",
                        std::vector<fhir::TaskParameter> inputs = {parameter("message", "Please call back")})
{
    fhir::Task task;
    task.status = fhir::TaskStatus::requested;
    task.intent = fhir::TaskIntent::order;
    task.code = fhir::concept_of(std::string(task_origin) + "/fhir/CodeSystem/task-type", kind);
    task.owner = organisation("A10001");
    task.performer_type = {fhir::concept_text("Reception")};
    task.for_.emplace().identifier = fhir::Box(fhir::identifier_of(fhir::nhs_number_system, "9990000018"));
    task.input = std::move(inputs);
    return task;
}

template <class T>
T task_must(gateway::Awaitable<fhir::Result<T>> work)
{
    auto result = run(std::move(work));
    if (!result)
        throw std::runtime_error(result.error().sentence() + " " + result.error().path());
    return std::move(*result);
}

} // namespace tests
