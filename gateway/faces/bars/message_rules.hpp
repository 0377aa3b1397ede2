// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/appointment.hpp"
#include "gateway/faces/bars/call.hpp"
#include "gateway/faces/bars/message.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace gateway::faces::bars
{

/// How many of a type a message of some definition holds.
struct FocusRow
{
    std::string_view type;
    std::string_view profile;
    std::size_t least = 0;
    std::size_t most = 0; ///< `any`: any number
};
inline constexpr std::size_t any = static_cast<std::size_t>(-1);

/// One of the standard's MessageDefinitions.
struct DefinitionRow
{
    std::string_view url;
    std::string_view name;
    std::string_view event;
    Purpose purpose;
    std::span<const FocusRow> focus;
};
std::span<const DefinitionRow> definitions();
/// By its canonical, which may carry a version (`…|1.0.0`); nullptr when it is not known.
const DefinitionRow* definition_named(std::string_view canonical);

std::string_view event_of(const fhir::MessageHeader& header);
/// `new`, `update` or `delete`; empty for anything else.
std::string_view reason_of(const fhir::MessageHeader& header);

/// The standard's order of checks, from the destination to event, reason and status, for a message that could
/// be read. Errors: `value_invalid` when header and destination differ, `invariant`,
/// `not_supported_by_practice` where the service does not take such messages.
fhir::Result<Purpose> check_message(const Call& call, const Message& message);

/// The appointment that the message is about.
const fhir::Appointment& appointment_of(const Message& message);

} // namespace gateway::faces::bars
