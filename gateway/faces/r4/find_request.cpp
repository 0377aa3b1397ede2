// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/r4/find_request.hpp"

#include "fhir/model/id.hpp"
#include "gateway/faces/r4/operation_values.hpp"

#include <algorithm>

namespace gateway::faces::r4
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

std::string value_of(const fhir::Identifier& identifier)
{
    const std::string system = identifier.system ? escaped(identifier.system->text) + "|" : "";
    return system + escaped(identifier.value.value_or(""));
}

std::string shown_text(const fhir::Reference& reference)
{
    if (reference.identifier)
        return ((*reference.identifier)->system ? (*reference.identifier)->system->text + "|" : "") +
               (*reference.identifier)->value.value_or("");
    return reference.reference.value_or("");
}

Result<void> ask_times(const OperationCall& call, FindRequest& wanted)
{
    const std::string start = text_of(call, "start"), end = text_of(call, "end");
    for (const auto& [name, text] : {std::pair{"start", &start}, std::pair{"end", &end}}) {
        auto date = fhir::search::parse_date_value(*text, name);
        if (!date || date->prefix != fhir::search::Prefix::eq)
            return std::unexpected(
                fhir::Error(ErrorKind::value_invalid,
                            "The parameter " + std::string(name) + " needs a date and time.",
                            call.path_of(name))
                    .advise("Write it as 2026-03-10T09:00:00Z or 2026-03-10."));
        wanted.shown.push_back({name, date->text});
    }
    wanted.ask("start", "ge" + start, call.path_of("start"));
    wanted.slots.push_back({"start", "le" + end});
    wanted.ask("end", "le" + end, call.path_of("end"));
    return {};
}

Result<void> ask_code(const OperationCall& call, std::string_view name, std::string_view alias,
                      std::string_view of_slot, FindRequest& wanted)
{
    const auto sent = sent_name(call, name, alias);
    if (!sent)
        return std::unexpected(sent.error());
    if (!call.has(*sent))
        return {};
    const std::string token = token_of(call, *sent);
    if (token.empty())
        return std::unexpected(
            fhir::Error(ErrorKind::value_invalid, "The parameter " + std::string(*sent) + " needs a code.",
                        call.path_of(*sent))
                .advise("Give a coding with system and code; a text alone finds nothing."));
    wanted.ask(std::string(of_slot), token, call.path_of(*sent));
    wanted.shown.push_back({std::string(*sent), token});
    return {};
}

/// `type` is Practitioner or Location.
Result<void> ask_actor(const OperationCall& call, std::string_view name, std::string_view alias,
                       const std::string& type, FindRequest& wanted)
{
    const auto sent = sent_reference(call, name, alias);
    if (!sent)
        return std::unexpected(sent.error());
    if (!*sent)
        return {};
    const fhir::Reference& reference = (*sent)->reference;
    if (reference.identifier) {
        wanted.ask("schedule.actor:" + type + ".identifier", value_of(**reference.identifier), (*sent)->path);
    } else {
        const std::string& text = *reference.reference;
        wanted.ask("schedule.actor", type + "/" + escaped(text.substr(text.rfind('/') + 1)), (*sent)->path);
    }
    wanted.shown.push_back({std::string((*sent)->name), shown_text(reference)});
    return {};
}

/// A practice by its ODS code, or by the id of its Organization.
std::optional<fhir::OdsCode> practice_of(const fhir::Reference& reference)
{
    if (reference.identifier)
        return fhir::OdsCode::parse((*reference.identifier)->value.value_or(""));
    const std::string& text = *reference.reference;
    const std::string id = text.substr(text.rfind('/') + 1);
    const auto parsed = fhir::PracticeId::parse(id);
    return parsed ? std::optional(parsed->ods) : fhir::OdsCode::parse(id);
}

Result<void> ask_practices(const OperationCall& call, FindRequest& wanted)
{
    const auto references = references_of(call, "organization");
    if (!references)
        return std::unexpected(references.error());
    std::string codes;
    for (std::size_t i = 0; i < references->size(); ++i) {
        const auto ods = practice_of((*references)[i]);
        if (!ods)
            return std::unexpected(
                fhir::Error(ErrorKind::value_invalid, "This names no practice.",
                            call.path_of("organization", i))
                    .advise(
                        "Give the practice's ODS code, or Organization/ and an id from an earlier answer."));
        codes += (codes.empty() ? "" : ",") + std::string(fhir::ods_organisation_system) + "|" + ods->text();
        wanted.shown.push_back({"organization", ods->text()});
    }
    if (!codes.empty())
        wanted.ask("schedule.actor:HealthcareService.organization.identifier", codes,
                   call.path_of("organization"));
    return {};
}

Result<void> take_along(const OperationCall& call, FindRequest& wanted)
{
    auto patient = patient_of(call);
    if (!patient)
        return std::unexpected(patient.error());
    wanted.patient = std::move(*patient);
    wanted.reason = call.value<fhir::CodeableConcept>("reason");
    if (const auto coding = call.value<fhir::Coding>("reason"))
        wanted.reason.emplace().coding = {*coding};
    else if (const auto text = text_of(call, "reason"); !text.empty())
        wanted.reason = fhir::concept_text(text);
    auto referrals = references_of(call, "referral-identifier");
    if (!referrals)
        return std::unexpected(referrals.error());
    if (!referrals->empty()) {
        fhir::Reference& referral = wanted.referral.emplace(std::move(referrals->front()));
        if (!referral.identifier)
            referral.identifier = fhir::Box(fhir::identifier_of("", *referral.reference));
        referral.reference.reset();
    }
    if (call.has("insurance-reference"))
        wanted.notes.push_back(
            fhir::Error(ErrorKind::unknown_parameter,
                        "Insurance has no bearing on what is found here; it was left aside.",
                        call.path_of("insurance-reference"))
                .advise("Leave the parameter out."));
    return {};
}

} // namespace

Result<FindRequest> find_request(const OperationCall& call)
{
    FindRequest wanted;
    wanted.notes = call.notes();
    wanted.slots = {{"status", "free"}};
    auto asked = ask_times(call, wanted);
    constexpr std::string_view none;
    for (const auto& [name, alias, of_slot] :
         {std::tuple{"specialty", none, "specialty"},
          std::tuple{"visit-type", std::string_view("appt-type"), "appointment-type"},
          std::tuple{"service-type", none, "service-type"},
          std::tuple{"delivery-channel", none, "delivery-channel"}})
        if (asked)
            asked = ask_code(call, name, alias, of_slot, wanted);
    if (asked)
        asked = ask_actor(call, "practitioner", "provider", "Practitioner", wanted);
    if (asked)
        asked = ask_actor(call, "location-reference", "location", "Location", wanted);
    if (asked)
        asked = ask_practices(call, wanted);
    if (asked)
        asked = take_along(call, wanted);
    if (!asked)
        return std::unexpected(asked.error());
    if (const auto count = text_of(call, "_count"); !count.empty()) {
        wanted.ask("_count", count, call.path_of("_count"));
        wanted.shown.push_back({"_count", count});
    }
    return wanted;
}

fhir::Error in_own_words(fhir::Error error, const FindRequest& wanted)
{
    const auto known =
        std::ranges::find(wanted.paths, error.path(), &std::pair<std::string, std::string>::first);
    if (known == wanted.paths.end())
        return error;
    if (error.kind() == ErrorKind::too_costly)
        error.advise("Send start and end at most 28 days apart.");
    return error.at(known->second);
}

} // namespace gateway::faces::r4
