// SPDX-License-Identifier: Apache-2.0
#include "gateway/booking/engine.hpp"
#include "gateway/policy/stranger.hpp"

// Patients who are hidden from who asks. A write goes as far as for anybody else, with the same checks,
// claims and records; in the place of the practice's system it meets one that does not know the patient.
namespace gateway::booking
{

namespace
{

policy::ConsentQuestion consent_question(const WriteContext& context, const policy::Practice& practice,
                                         const fhir::NhsNumber& patient)
{
    return {patient, practice.ods, context.asking.value_or(context.caller.ods), context.request_id};
}

} // namespace

bool Engine::hides(const WriteContext& context, const policy::Practice& practice,
                   const fhir::NhsNumber& patient) const
{
    return policy::hides(parts_.consents, consent_question(context, practice, patient));
}

std::shared_ptr<const policy::Practice> Engine::practice_for(const WriteContext& context,
                                                             std::shared_ptr<const policy::Practice> practice,
                                                             const adapters::PatientContext& patient) const
{
    if (!patient.nhs_number || !hides(context, *practice, *patient.nhs_number))
        return practice;
    return policy::without_patient(practice);
}

Awaitable<void> Engine::write_refusal(WriteContext context, std::shared_ptr<const policy::Practice> practice,
                                      fhir::NhsNumber patient) const
{
    co_await parts_.consents->write_refusal(consent_question(context, *practice, patient));
}

} // namespace gateway::booking
