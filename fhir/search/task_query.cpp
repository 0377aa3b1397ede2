// SPDX-License-Identifier: Apache-2.0
#include "fhir/search/task_query.hpp"

#include "fhir/schema/codes.hpp"
#include "fhir/search/known_code.hpp"

#include <array>

namespace fhir::search
{

namespace
{

constexpr std::array<ParameterInfo, 19> task_rows{{
    {"status", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-status",
     "requested, accepted, in-progress, …", may_negate},
    {"business-status", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-business-status",
     "What its owner says of it besides.", may_negate},
    {"code", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-code",
     "Kind of task: referral, practice-message, rebook-required, …", may_negate},
    {"priority", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-priority",
     "routine, urgent, asap, stat.", may_negate},
    {"intent", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-intent", "order.",
     may_negate},
    {"owner", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Task-owner",
     "The organisation that holds it: owner:identifier=https://fhir.nhs.uk/Id/ods-organization-code|….",
     may_be_logical | may_be_typed},
    {"requester", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Task-requester",
     "The organisation that asked for it.", may_be_logical | may_be_typed},
    {"performer", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-performer",
     "Code of the team or role that holds it.", may_negate},
    {"patient", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Task-patient",
     "By reference, or patient:identifier=https://fhir.nhs.uk/Id/nhs-number|… ; prefer POST _search, which "
     "keeps the number out of URLs.",
     may_be_logical | may_be_typed},
    {"subject", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Task-subject",
     "The same as patient.", may_be_logical | may_be_typed},
    {"focus", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Task-focus",
     "What it is about: Appointment/…, ServiceRequest/….", may_be_typed},
    {"based-on", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Task-based-on",
     "What it follows from.", may_be_typed},
    {"part-of", SearchParamType::reference, "http://hl7.org/fhir/SearchParameter/Task-part-of",
     "The task it is a part of.", may_be_typed},
    {"identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-identifier",
     "An identifier of the requester's.", may_negate},
    {"group-identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-group-identifier",
     "The journey: one id for a request, its child tasks and what became of it.", may_negate},
    {"authored-on", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/Task-authored-on",
     "When it was made.", no_modifier},
    {"modified", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/Task-modified",
     "When it was last changed.", no_modifier},
    {"period", SearchParamType::date, "http://hl7.org/fhir/SearchParameter/Task-period",
     "When it was worked on.", no_modifier},
    {"due", SearchParamType::date, "", "Custom, on restriction.period.end: when it must have ended.",
     no_modifier},
}};

constexpr std::array<ParameterInfo, 1> task_chains{{
    {"patient.identifier", SearchParamType::token, "http://hl7.org/fhir/SearchParameter/Task-patient",
     "The patient's NHS number with its system.", no_modifier},
}};

constexpr std::array<std::string_view, 5> task_sorts{"priority", "authored-on", "modified", "due",
                                                     "_lastUpdated"};

const Vocabulary tasks{"Task", task_rows, task_chains, {}, {}, task_sorts};

template <class Code>
Result<void> check_task_codes(const TaskQuery& query, std::string_view parameter)
{
    for (const Criterion* criterion : query.of(parameter))
        if (auto known = check_codes({criterion->tokens}, codes_of<Code>, parameter); !known)
            return known;
    return {};
}

} // namespace

std::vector<const Criterion*> TaskQuery::of(std::string_view parameter) const
{
    std::vector<const Criterion*> found;
    for (const Criterion& criterion : criteria)
        if (criterion.parameter->name == parameter)
            found.push_back(&criterion);
    return found;
}

Result<TaskQuery> parse_task_query(const std::vector<RawParameter>& raw, Handling handling,
                                   std::vector<Error>* warnings)
{
    auto parsed = parse_parameters(tasks, raw, handling, warnings);
    if (!parsed)
        return std::unexpected(parsed.error());
    TaskQuery query{std::move(*parsed)};
    if (auto known = check_task_codes<TaskStatus>(query, "status"); !known)
        return std::unexpected(known.error());
    if (auto known = check_task_codes<RequestPriority>(query, "priority"); !known)
        return std::unexpected(known.error());
    return query;
}

const Vocabulary& task_vocabulary()
{
    return tasks;
}

} // namespace fhir::search
