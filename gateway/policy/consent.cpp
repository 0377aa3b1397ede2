// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/consent.hpp"

#include "fhir/codec/json_value.hpp"

#include <algorithm>

namespace gateway::policy
{

namespace
{

using fhir::codec::JsonValue;

constexpr std::array<std::string_view, 3> kind_names{"dissent", "sensitive", "no-messages"};
constexpr std::array<std::string_view, 3> status_names{"active", "inactive", "entered-in-error"};

template <class T, std::size_t N>
std::optional<T> named(const std::array<std::string_view, N>& names, std::string_view text)
{
    const auto found = std::ranges::find(names, text);
    if (found == names.end())
        return std::nullopt;
    return static_cast<T>(found - names.begin());
}

bool covers(const Consent& consent, const Sharing& sharing, const fhir::OdsCode& practice,
            const fhir::OdsCode& asking)
{
    return (!consent.custodian || sharing.covers(*consent.custodian, practice)) &&
           (!consent.organisation || sharing.covers(*consent.organisation, asking));
}

std::string text_in(const JsonValue& body, std::string_view name)
{
    const auto* value = body.find(name);
    return value && value->is_string() ? value->text() : std::string();
}

void put(JsonValue& body, std::string_view name, const std::optional<fhir::OdsCode>& ods)
{
    if (ods)
        body.set(name, ods->text());
}

void put(JsonValue& body, std::string_view name, const std::optional<fhir::Instant>& moment)
{
    if (moment)
        body.set(name, fhir::to_utc_text(*moment));
}

} // namespace

bool Consent::says_the_same(const Consent& other) const
{
    return patient == other.patient && kind == other.kind && status == other.status &&
           custodian == other.custodian && organisation == other.organisation && from == other.from &&
           until == other.until;
}

bool is_consent_reason(std::string_view code)
{
    return std::ranges::find(consent_reasons, code, &ConsentReason::code) != consent_reasons.end();
}

std::string_view to_text(ConsentKind kind)
{
    return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<ConsentKind> parse_consent_kind(std::string_view text)
{
    return named<ConsentKind>(kind_names, text);
}

std::string_view to_text(ConsentStatus status)
{
    return status_names[static_cast<std::size_t>(status)];
}

std::optional<ConsentStatus> parse_consent_status(std::string_view text)
{
    return named<ConsentStatus>(status_names, text);
}

const Consent* hiding(const std::vector<Consent>& of_patient, const Sharing& sharing,
                      const fhir::OdsCode& practice, const fhir::OdsCode& asking, fhir::Instant now)
{
    const Consent* found = nullptr;
    if (practice == asking)
        return found;
    for (const Consent& consent : of_patient) {
        if (consent.kind == ConsentKind::no_messages || !consent.in_force(now) ||
            !covers(consent, sharing, practice, asking))
            continue;
        if (consent.kind == ConsentKind::sensitive)
            return &consent;
        found = &consent;
    }
    return found;
}

bool silencing(const std::vector<Consent>& of_patient, const Sharing& sharing, const BookedAt& about,
               fhir::Instant now)
{
    return std::ranges::any_of(of_patient, [&](const Consent& consent) {
        if (consent.kind == ConsentKind::dissent || !consent.in_force(now))
            return false;
        const auto& custodian = consent.custodian;
        if (consent.kind == ConsentKind::no_messages && consent.recorded_by && custodian)
            return *custodian == about.practice || *custodian == about.booked_by;
        return !custodian || sharing.covers(*custodian, about.practice);
    });
}

std::string body_of(const Consent& consent)
{
    auto body = JsonValue::object({{"kind", std::string(to_text(consent.kind))},
                                   {"status", std::string(to_text(consent.status))},
                                   {"reason", consent.reason},
                                   {"author", consent.author}});
    put(body, "custodian", consent.custodian);
    put(body, "organisation", consent.organisation);
    put(body, "recorded_by", consent.recorded_by);
    put(body, "from", consent.from);
    put(body, "until", consent.until);
    put(body, "since", consent.since);
    return fhir::codec::to_json(body);
}

std::optional<Consent> read_consent(std::string id, std::int64_t version, std::string_view digits,
                                    std::string_view body, fhir::Instant at)
{
    const auto number = fhir::NhsNumber::parse(digits);
    const auto parsed = fhir::codec::parse_json(body);
    if (!number || !parsed)
        return std::nullopt;
    const auto kind = parse_consent_kind(text_in(*parsed, "kind"));
    const auto status = parse_consent_status(text_in(*parsed, "status"));
    if (!kind || !status)
        return std::nullopt;
    Consent consent{.id = std::move(id), .version = version, .patient = *number};
    consent.kind = *kind;
    consent.status = *status;
    consent.custodian = fhir::OdsCode::parse(text_in(*parsed, "custodian"));
    consent.organisation = fhir::OdsCode::parse(text_in(*parsed, "organisation"));
    consent.recorded_by = fhir::OdsCode::parse(text_in(*parsed, "recorded_by"));
    consent.from = fhir::parse_instant(text_in(*parsed, "from"));
    consent.until = fhir::parse_instant(text_in(*parsed, "until"));
    consent.since = fhir::parse_instant(text_in(*parsed, "since"));
    consent.reason = text_in(*parsed, "reason");
    consent.author = text_in(*parsed, "author");
    consent.at = at;
    return consent;
}

} // namespace gateway::policy
