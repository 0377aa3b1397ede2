// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/awaitable.hpp"
#include "gateway/faces/gpconnect/refusal.hpp"

#include <span>
#include <string>
#include <string_view>

namespace gateway::faces
{
struct GpConnectServices;
}

namespace gateway::faces::gpconnect
{

struct Call;
struct Reply;

/// The call belongs to the face's coroutine, which outlives the handler.
using Handle = Awaitable<Checked<Reply>> (*)(const Call& call, const GpConnectServices& services);

/// One of the fifteen interactions of GP Connect 1.2.7: Appointment Management with Foundations.
struct Interaction
{
    std::string_view method;
    std::string_view path;   ///< below the practice's base: `Patient/{id}/Appointment`
    std::string_view suffix; ///< of the interaction id: `rest:search:slot-1`
    std::string_view scope;  ///< `requested_scope` of the token
    Handle handle;

    bool has_body() const { return method != "GET"; }
};

std::span<const Interaction> interactions();
/// What stands before every suffix.
inline constexpr std::string_view interaction_prefix = "urn:nhs:names:services:gpconnect:fhir:";

/// `/<ODS>/STU3/1/gpconnect/fhir` of a practice.
std::string practice_root(std::string_view ods);

/// Where a request path leads: the practice's code, and what stands below its base. Refused: `/` and paths of
/// other shapes, a bad escape.
struct Place
{
    std::string ods;
    std::string below; ///< `Slot`, `Patient/p1/Appointment`
};
Checked<Place> find_place(std::string_view path);

/// The interaction that method, path and interaction id agree on, and the id captured from the path. Amend
/// and cancel differ by nothing but the interaction id.
struct Target
{
    const Interaction* interaction = nullptr;
    std::string id;
};
Checked<Target> find_interaction(std::string_view method, std::string_view below,
                                 std::string_view interaction_id);

} // namespace gateway::faces::gpconnect
