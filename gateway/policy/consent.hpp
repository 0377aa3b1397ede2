// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/ods_code.hpp"
#include "fhir/outcome/error.hpp"
#include "gateway/policy/sharing.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::policy
{

enum class ConsentKind
{
    dissent,    ///< the patient does not want it
    sensitive,  ///< the S-flag of the national register: nobody but the practice itself finds them
    no_messages ///< hides nobody: the patient wants no messages about appointments
};

enum class ConsentStatus
{
    active,
    inactive,        ///< ended
    entered_in_error ///< was never so
};

/// What a patient has decided, or what stands on their record: at one practice, in an area or everywhere one
/// organisation, or all others, are to be answered as if the patient were not known there. Never about the
/// practice itself and its own book.
struct Consent
{
    std::string id = {}; ///< UUID
    std::int64_t version = 0;
    fhir::NhsNumber patient;
    ConsentKind kind = ConsentKind::dissent;
    ConsentStatus status = ConsentStatus::active;
    std::optional<fhir::OdsCode> custodian = {};    ///< practice or area where it holds; unset: everywhere
    std::optional<fhir::OdsCode> organisation = {}; ///< or area, from which it hides; unset: all others
    std::optional<fhir::Instant> from = {};         ///< first moment
    std::optional<fhir::Instant> until = {};        ///< first moment at which it holds no more
    std::string reason = {};                        ///< a code of `consent_reasons`
    std::optional<fhir::OdsCode> recorded_by = {};  ///< practice, or who had booked; unset: an operator
    std::string author = {};                        ///< who wrote this version: client id, or operator
    fhir::Instant at = {};                          ///< when
    std::optional<fhir::Instant> since = {};        ///< when the first version was written

    bool in_force(fhir::Instant now) const
    {
        return status == ConsentStatus::active && (!from || *from <= now) && (!until || now < *until);
    }
    /// Whether both mean the same, whoever wrote it when.
    bool says_the_same(const Consent& other) const;
};

/// Why it was recorded, changed or ended: codes only, so that nothing about a patient is written here.
struct ConsentReason
{
    std::string_view code, display;
};
inline constexpr std::array<ConsentReason, 7> consent_reasons{{
    {"patient-request", "The patient asked for it"},
    {"representative-request", "Somebody who may decide for the patient asked for it"},
    {"national-flag", "The national register marks the record so"},
    {"safeguarding", "To keep the patient safe"},
    {"works-there", "The patient or a relative works at that organisation"},
    {"no-longer-wanted", "The patient does not want it any more"},
    {"correction", "What was recorded was wrong"},
}};
bool is_consent_reason(std::string_view code);

std::string_view to_text(ConsentKind kind);
std::optional<ConsentKind> parse_consent_kind(std::string_view text);
std::string_view to_text(ConsentStatus status); ///< FHIR code
std::optional<ConsentStatus> parse_consent_status(std::string_view text);

/// The one evaluation: which of a patient's consents hides them at a practice from an organisation, nothing
/// where they may be seen. A sensitive flag before a dissent.
const Consent* hiding(const std::vector<Consent>& of_patient, const Sharing& sharing,
                      const fhir::OdsCode& practice, const fhir::OdsCode& asking, fhir::Instant now);

/// What a message would be about: an appointment at a practice, and who booked it.
struct BookedAt
{
    fhir::OdsCode practice;
    fhir::OdsCode booked_by;
};

/// Whether a patient is not to be written to about that: because they said so, to the practice, to whoever
/// booked or to an operator; or because an address on a sensitive record may be somebody else's.
bool silencing(const std::vector<Consent>& of_patient, const Sharing& sharing, const BookedAt& about,
               fhir::Instant now);

/// Everything but `id`, `version`, `patient` and `at`, as the store keeps it.
std::string body_of(const Consent& consent);
/// Nothing unless it was made by `body_of`.
std::optional<Consent> read_consent(std::string id, std::int64_t version, std::string_view digits,
                                    std::string_view body, fhir::Instant at);

} // namespace gateway::policy
