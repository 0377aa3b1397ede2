// SPDX-License-Identifier: Apache-2.0
#include "adapters/microtest/client.hpp"

#include "adapters/microtest/errors.hpp"
#include "adapters/microtest/microtest.hpp"
#include "adapters/refusals.hpp"
#include "adapters/trimmed.hpp"
#include "fhir/model/id.hpp"

namespace adapters::microtest
{

using fhir::ErrorKind;
using fhir::Result;
using fhir::rest::Request;
using fhir::rest::Response;

namespace
{

std::string search_identity_of(const PracticeConfig& practice)
{
    const auto found = practice.settings.find("search_identity");
    return found == practice.settings.end() ? std::string() : found->second;
}

fhir::Error no_search_identity(std::string sentence)
{
    return refused(ErrorKind::link_invalid, std::move(sentence),
                   "Set the NHS number of the practice's service patient as its search identity.",
                   fhir::Remedy::operator_);
}

/// Whose number the practice's slots are asked for with.
Result<fhir::NhsNumber> searcher(const std::string& credential)
{
    if (credential.empty())
        return std::unexpected(no_search_identity(
            "Searching this practice needs a service patient, and none is configured for it."));
    const auto number = fhir::NhsNumber::parse(trimmed(credential));
    if (!number)
        return std::unexpected(
            no_search_identity("What is configured for searching this practice is no NHS number."));
    return *number;
}

fhir::Error anothers_record()
{
    auto error =
        refused(ErrorKind::supplier_malformed,
                "The practice's system answered with a record that is not this patient's.",
                "Nothing was done. Report this to the practice and its supplier.", fhir::Remedy::supplier);
    return error.from_supplier("200 another record");
}

} // namespace

Client::Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
               Random& random)
    : practice_{practice.ods, practice.name, practice.identifier_base}, read_limit_(practice.read_limit),
      write_limit_(practice.write_limit), search_identity_(search_identity_of(practice)), upstream_(upstream),
      clock_(clock), patient_salt_(new_uuid(clock, random)), capabilities_(supplier_system().capabilities)
{}

Awaitable<Result<Response>> Client::send(Operation operation, Request request, fhir::NhsNumber patient,
                                         Budget budget)
{
    address(request, {practice_.ods, patient});
    upstream::Call call;
    call.request = std::move(request);
    call.effect = changes_state(operation) ? upstream::Effect::write : upstream::Effect::read;
    call.limit = budget.left();
    call.operation = operation_name(operation);
    auto answer = co_await upstream_.send(std::move(call));
    if (!answer)
        co_return std::unexpected(settle_later(answer.error()));
    if (auto checked = check_answer(operation, *answer); !checked)
        co_return std::unexpected(checked.error());
    co_return answer;
}

/// The system has no call that tells; that a reason is mandatory is the interface's own rule.
Awaitable<Result<PracticeSettings>> Client::practice_settings(Provenance)
{
    co_return PracticeSettings{true, Necessity::mandatory, {}};
}

Awaitable<Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    const auto patient =
        searcher(query.search_identity ? query.search_identity->credential : search_identity_);
    if (!patient)
        co_return std::unexpected(patient.error());
    const auto last = query.window.end - std::chrono::milliseconds(1);
    auto request = slots_request(fhir::uk_date(query.window.start), fhir::uk_date(last));
    auto answer = co_await send(Operation::slots, std::move(request), *patient, Budget(read_limit_));
    if (!answer)
        co_return std::unexpected(answer.error());
    co_return translated(answer->body.view(), query.window);
}

Result<FoundSlots> Client::translated(std::string_view body, fhir::Interval window)
{
    std::string question = fhir::to_utc_text(window.start) + fhir::to_utc_text(window.end);
    const std::string_view parts[] = {body};
    if (auto known = answers_.find(question, parts))
        return std::move(*known);
    const auto wire = read_slots(body, &memo_);
    if (!wire)
        return std::unexpected(wire.error());
    auto found = map_slots(practice_, *wire, window, memo_);
    answers_.keep(std::move(question), parts, found);
    return found;
}

/// A record that tells another NHS number, or none, is nobody's.
Awaitable<Result<WirePatient>> Client::record_of(fhir::NhsNumber patient, Budget budget)
{
    auto answer = co_await send(Operation::demographics, demographics_request(), patient, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    auto record = read_patient(answer->body.view());
    if (record && record->nhs_number != patient)
        co_return std::unexpected(anothers_record());
    co_return record;
}

Awaitable<Result<fhir::Patient>> Client::find_patient(FindPatient query)
{
    const auto patient = query.patient.number();
    auto record = co_await record_of(patient, Budget(read_limit_));
    if (!record)
        co_return std::unexpected(record.error());
    // Details are compared when something is booked.
    co_return map_patient(practice_, *record, fhir::local_id(patient_salt_ + " " + patient.digits()));
}

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random)
{
    return std::make_unique<Client>(practice, upstream, clock, random);
}

} // namespace adapters::microtest
