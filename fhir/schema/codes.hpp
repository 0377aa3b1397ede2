// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

/// The code names of every enum with a required binding (FHIR R4), in the order of its enumerators.
namespace fhir
{

enum class AddressType;
enum class AddressUse;
enum class AppointmentStatus;
enum class BundleType;
enum class CapabilityKind;
enum class ConditionalDelete;
enum class ConditionalRead;
enum class ContactSystem;
enum class ContactUse;
enum class DayOfWeek;
enum class Gender;
enum class HttpVerb;
enum class IdentifierUse;
enum class IssueSeverity;
enum class LocationMode;
enum class LocationStatus;
enum class NameUse;
enum class NarrativeStatus;
enum class ParticipantRequired;
enum class ParticipationStatus;
enum class PatientLinkType;
enum class PublicationStatus;
enum class QuantityComparator;
enum class ReferencePolicy;
enum class RequestIntent;
enum class RequestPriority;
enum class RequestStatus;
enum class ResponseType;
enum class RestMode;
enum class SearchEntryMode;
enum class SearchParamType;
enum class SlotStatus;
enum class TaskIntent;
enum class TaskStatus;
enum class Versioning;

template <std::size_t N>
using Codes = std::array<std::string_view, N>;

template <class E>
inline constexpr Codes<0> codes_of;

template <>
inline constexpr Codes<3> codes_of<AddressType> = {"postal", "physical", "both"};
template <>
inline constexpr Codes<5> codes_of<AddressUse> = {"home", "work", "temp", "old", "billing"};
template <>
inline constexpr Codes<10> codes_of<AppointmentStatus> = {
    "proposed",  "pending", "booked",           "arrived",    "fulfilled",
    "cancelled", "noshow",  "entered-in-error", "checked-in", "waitlist"};
template <>
inline constexpr Codes<9> codes_of<BundleType> = {
    "document", "message",   "transaction", "transaction-response", "batch", "batch-response",
    "history",  "searchset", "collection"};
template <>
inline constexpr Codes<3> codes_of<CapabilityKind> = {"instance", "capability", "requirements"};
template <>
inline constexpr Codes<3> codes_of<ConditionalDelete> = {"not-supported", "single", "multiple"};
template <>
inline constexpr Codes<4> codes_of<ConditionalRead> = {"not-supported", "modified-since", "not-match",
                                                       "full-support"};
template <>
inline constexpr Codes<7> codes_of<ContactSystem> = {"phone", "fax", "email", "pager", "url", "sms", "other"};
template <>
inline constexpr Codes<5> codes_of<ContactUse> = {"home", "work", "temp", "old", "mobile"};
template <>
inline constexpr Codes<7> codes_of<DayOfWeek> = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
template <>
inline constexpr Codes<4> codes_of<Gender> = {"male", "female", "other", "unknown"};
template <>
inline constexpr Codes<6> codes_of<HttpVerb> = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"};
template <>
inline constexpr Codes<5> codes_of<IdentifierUse> = {"usual", "official", "temp", "secondary", "old"};
template <>
inline constexpr Codes<4> codes_of<IssueSeverity> = {"fatal", "error", "warning", "information"};
template <>
inline constexpr Codes<2> codes_of<LocationMode> = {"instance", "kind"};
template <>
inline constexpr Codes<3> codes_of<LocationStatus> = {"active", "suspended", "inactive"};
template <>
inline constexpr Codes<7> codes_of<NameUse> = {"usual",     "official", "temp",  "nickname",
                                               "anonymous", "old",      "maiden"};
template <>
inline constexpr Codes<4> codes_of<NarrativeStatus> = {"generated", "extensions", "additional", "empty"};
template <>
inline constexpr Codes<3> codes_of<ParticipantRequired> = {"required", "optional", "information-only"};
template <>
inline constexpr Codes<4> codes_of<ParticipationStatus> = {"accepted", "declined", "tentative",
                                                           "needs-action"};
template <>
inline constexpr Codes<4> codes_of<PatientLinkType> = {"replaced-by", "replaces", "refer", "seealso"};
template <>
inline constexpr Codes<4> codes_of<PublicationStatus> = {"draft", "active", "retired", "unknown"};
template <>
inline constexpr Codes<4> codes_of<QuantityComparator> = {"<", "<=", ">=", ">"};
template <>
inline constexpr Codes<5> codes_of<ReferencePolicy> = {"literal", "logical", "resolves", "enforced", "local"};
template <>
inline constexpr Codes<9> codes_of<RequestIntent> = {"proposal",     "plan",           "directive",
                                                     "order",        "original-order", "reflex-order",
                                                     "filler-order", "instance-order", "option"};
template <>
inline constexpr Codes<4> codes_of<RequestPriority> = {"routine", "urgent", "asap", "stat"};
template <>
inline constexpr Codes<7> codes_of<RequestStatus> = {"draft",     "active",           "on-hold", "revoked",
                                                     "completed", "entered-in-error", "unknown"};
template <>
inline constexpr Codes<3> codes_of<ResponseType> = {"ok", "transient-error", "fatal-error"};
template <>
inline constexpr Codes<2> codes_of<RestMode> = {"client", "server"};
template <>
inline constexpr Codes<3> codes_of<SearchEntryMode> = {"match", "include", "outcome"};
template <>
inline constexpr Codes<9> codes_of<SearchParamType> = {
    "number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"};
template <>
inline constexpr Codes<5> codes_of<SlotStatus> = {"busy", "free", "busy-unavailable", "busy-tentative",
                                                  "entered-in-error"};
template <>
inline constexpr Codes<9> codes_of<TaskIntent> = {"unknown",      "proposal",       "plan",
                                                  "order",        "original-order", "reflex-order",
                                                  "filler-order", "instance-order", "option"};
template <>
inline constexpr Codes<12> codes_of<TaskStatus> = {"draft",    "requested", "received",  "accepted",
                                                   "rejected", "ready",     "cancelled", "in-progress",
                                                   "on-hold",  "failed",    "completed", "entered-in-error"};
template <>
inline constexpr Codes<3> codes_of<Versioning> = {"no-version", "versioned", "versioned-update"};

template <class E>
constexpr std::string_view code_text(E value)
{
    static_assert(!codes_of<E>.empty(), "this enum has no codes");
    return codes_of<E>[static_cast<std::size_t>(value)];
}

template <class E>
constexpr std::optional<E> parse_code(std::string_view code)
{
    for (std::size_t i = 0; i < codes_of<E>.size(); ++i)
        if (codes_of<E>[i] == code)
            return static_cast<E>(i);
    return std::nullopt;
}

} // namespace fhir
