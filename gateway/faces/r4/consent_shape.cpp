// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/consent_shape.hpp"

#include "fhir/model/uk_time.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr std::string_view scopes_of_consent = "http://terminology.hl7.org/CodeSystem/consentscope",
                           act_codes = "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                           participations = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                           privacy = "patient-privacy", opt_out = "OPTOUT", recipient = "IRCP";

std::string kind_system(std::string_view origin)
{
    return std::string(origin) + "/fhir/CodeSystem/consent-kind";
}

std::string reason_system(std::string_view origin)
{
    return std::string(origin) + "/fhir/CodeSystem/consent-reason";
}

fhir::Reference organisation_reference(const fhir::OdsCode& ods)
{
    fhir::Reference reference;
    reference.type = fhir::Uri("Organization");
    reference.identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, ods.text()));
    return reference;
}

fhir::ConsentProvision provision_of(const policy::Consent& consent)
{
    fhir::ConsentProvision provision;
    provision.type = fhir::Code("deny");
    if (consent.from || consent.until) {
        fhir::Period& period = provision.period.emplace();
        if (consent.from)
            period.start = fhir::uk_date_time(*consent.from);
        if (consent.until)
            period.end = fhir::uk_date_time(*consent.until);
    }
    if (consent.organisation) {
        fhir::ConsentActor& actor = provision.actor.emplace_back();
        actor.role = fhir::concept_of(participations, recipient);
        actor.reference = organisation_reference(*consent.organisation);
    }
    return provision;
}

std::unexpected<fhir::Error> not_kept(std::string path, std::string sentence)
{
    return fhir::fail(ErrorKind::value_invalid, std::move(sentence), std::move(path));
}

/// Whatever would be lost, or would change what the rest means.
Result<void> check_elements(const fhir::Consent& sent)
{
    if (sent.implicit_rules || !sent.modifier_extension.empty())
        return not_kept(sent.implicit_rules ? "Consent.implicitRules" : "Consent.modifierExtension[0]",
                        "What may change the meaning of a consent is not understood here.");
    if (sent.text)
        return not_kept("Consent.text", "Free text about patients is not kept with consents.");
    const char* other = !sent.identifier.empty()  ? "Consent.identifier"
                        : !sent.performer.empty() ? "Consent.performer"
                        : !sent.contained.empty() ? "Consent.contained"
                        : !sent.extension.empty() ? "Consent.extension"
                                                  : nullptr;
    if (other != nullptr)
        return not_kept(other, "The gateway does not keep this element of a consent; leave it out.");
    return {};
}

bool has_code(const fhir::CodeableConcept& concept_, std::string_view system, std::string_view code)
{
    return std::ranges::any_of(concept_.coding, [&](const fhir::Coding& coding) {
        return coding.code && coding.code->text == code && (!coding.system || coding.system->text == system);
    });
}

/// The codes of that system among the categories.
std::vector<std::string> categories(const fhir::Consent& sent, std::string_view system)
{
    std::vector<std::string> codes;
    for (const fhir::CodeableConcept& category : sent.category)
        for (const fhir::Coding& coding : category.coding)
            if (coding.system && coding.system->text == system && coding.code)
                codes.push_back(coding.code->text);
    return codes;
}

Result<void> read_categories(const fhir::Consent& sent, std::string_view origin, policy::Consent& consent)
{
    if (!has_code(sent.scope, scopes_of_consent, privacy))
        return fhir::fail(ErrorKind::value_invalid, "Consents here are of the scope patient-privacy.",
                          "Consent.scope");
    const auto kinds = categories(sent, kind_system(origin)),
               reasons = categories(sent, reason_system(origin));
    const auto kind = kinds.size() == 1 ? policy::parse_consent_kind(kinds.front()) : std::nullopt;
    if (!kind)
        return fhir::fail(ErrorKind::value_invalid,
                          "Say dissent, sensitive or no-messages, once, with the system " +
                              kind_system(origin) + ".",
                          "Consent.category");
    if (reasons.size() != 1 || !policy::is_consent_reason(reasons.front())) {
        std::string codes;
        for (const auto& reason : policy::consent_reasons)
            codes += (codes.empty() ? "" : ", ") + std::string(reason.code);
        return fhir::fail(ErrorKind::value_invalid,
                          "Say why, once, with the system " + reason_system(origin) + ": " + codes + ".",
                          "Consent.category");
    }
    consent.kind = *kind;
    consent.reason = reasons.front();
    return {};
}

Result<fhir::NhsNumber> patient_in(const fhir::Consent& sent)
{
    const bool named = sent.patient && sent.patient->identifier && (*sent.patient->identifier)->value;
    if (!named)
        return fhir::fail(ErrorKind::required, "Name the patient by NHS number.",
                          "Consent.patient.identifier");
    const fhir::Identifier& identifier = **sent.patient->identifier;
    const bool nhs = identifier.system && fhir::same_system(identifier.system->text, fhir::nhs_number_system);
    const auto number = nhs ? fhir::NhsNumber::parse(*identifier.value) : std::nullopt;
    if (!number)
        return std::unexpected(
            fhir::Error(ErrorKind::nhs_number_invalid).at("Consent.patient.identifier.value"));
    return *number;
}

Result<fhir::OdsCode> organisation_in(const fhir::Reference& reference, std::string path)
{
    const bool named =
        reference.identifier && (*reference.identifier)->system && (*reference.identifier)->value &&
        fhir::same_system((*reference.identifier)->system->text, fhir::ods_organisation_system);
    const auto ods = named ? fhir::OdsCode::parse(*(*reference.identifier)->value) : std::nullopt;
    if (!ods)
        return fhir::fail(ErrorKind::value_invalid,
                          "Name the organisation by its ODS code, as an identifier.", std::move(path));
    return *ods;
}

/// A whole day at the end belongs to the period.
Result<std::optional<fhir::Instant>> end_in(const fhir::Period& period)
{
    using enum fhir::DateTime::Precision;
    if (!period.end)
        return std::nullopt;
    if (period.end->precision == year || period.end->precision == month)
        return fhir::fail(ErrorKind::value_invalid, "The end is a day or a moment.",
                          "Consent.provision.period.end");
    if (period.end->precision == day)
        return fhir::uk_day(fhir::uk_date(period.end->at)).end;
    return period.end->at;
}

Result<void> read_provision(const fhir::Consent& sent, policy::Consent& consent)
{
    if (!sent.provision || !sent.provision->type || sent.provision->type->text != "deny")
        return fhir::fail(ErrorKind::value_invalid,
                          "A consent here denies; what is to be allowed is agreed between organisations.",
                          "Consent.provision.type");
    const auto& actors = sent.provision->actor;
    if (actors.size() > 1)
        return fhir::fail(ErrorKind::value_invalid, "Name one organisation, or none for all of them.",
                          "Consent.provision.actor[1]");
    if (!actors.empty()) {
        auto ods = organisation_in(actors.front().reference, "Consent.provision.actor[0].reference");
        if (!ods)
            return std::unexpected(ods.error());
        consent.organisation = std::move(*ods);
    }
    if (!sent.provision->period)
        return {};
    const auto end = end_in(*sent.provision->period);
    if (!end)
        return std::unexpected(end.error());
    consent.until = *end;
    if (sent.provision->period->start)
        consent.from = sent.provision->period->start->at;
    return {};
}

} // namespace

fhir::Consent to_resource(const policy::Consent& consent, std::string_view origin)
{
    fhir::Consent resource;
    resource.id = consent.id;
    resource.meta.emplace();
    resource.meta->version_id = std::to_string(consent.version);
    resource.meta->last_updated = consent.at;
    resource.status = fhir::Code(std::string(policy::to_text(consent.status)));
    resource.scope = fhir::concept_of(scopes_of_consent, privacy);
    const auto why = std::ranges::find(policy::consent_reasons, consent.reason, &policy::ConsentReason::code);
    resource.category = {fhir::concept_of(kind_system(origin), policy::to_text(consent.kind)),
                         fhir::concept_of(reason_system(origin), consent.reason,
                                          why == policy::consent_reasons.end() ? "" : why->display)};
    resource.patient.emplace();
    resource.patient->type = fhir::Uri("Patient");
    resource.patient->identifier =
        fhir::Box(fhir::identifier_of(fhir::nhs_number_system, consent.patient.digits()));
    resource.date_time = fhir::uk_date_time(consent.since.value_or(consent.at));
    if (consent.custodian)
        resource.organization = {organisation_reference(*consent.custodian)};
    resource.policy_rule = fhir::concept_of(act_codes, opt_out);
    resource.provision = provision_of(consent);
    return resource;
}

Result<policy::Consent> from_resource(const fhir::Consent& sent, std::string_view origin)
{
    if (auto right = check_elements(sent); !right)
        return std::unexpected(right.error());
    const auto status = policy::parse_consent_status(sent.status.text);
    if (!status)
        return fhir::fail(ErrorKind::value_invalid, "The status is active, inactive or entered-in-error.",
                          "Consent.status");
    const auto patient = patient_in(sent);
    if (!patient)
        return std::unexpected(patient.error());
    policy::Consent consent{.patient = *patient};
    consent.status = *status;
    if (auto read = read_categories(sent, origin, consent); !read)
        return std::unexpected(read.error());
    if (sent.organization.size() != 1)
        return fhir::fail(ErrorKind::required, "Name the one practice where the consent holds.",
                          "Consent.organization");
    auto custodian = organisation_in(sent.organization.front(), "Consent.organization[0]");
    if (!custodian)
        return std::unexpected(custodian.error());
    consent.custodian = std::move(*custodian);
    if (auto read = read_provision(sent, consent); !read)
        return std::unexpected(read.error());
    return consent;
}

} // namespace gateway::faces::r4
