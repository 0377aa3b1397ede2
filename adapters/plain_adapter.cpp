// SPDX-License-Identifier: Apache-2.0
#include "adapters/plain_adapter.hpp"

#include "adapters/refusals.hpp"

namespace adapters
{

using fhir::Result;

Awaitable<Result<fhir::Patient>> PlainAdapter::register_patient(FindPatient)
{
    co_return std::unexpected(
        not_offered("This practice's system does not take registrations from other organisations."));
}

Awaitable<Result<PatientLink>> PlainAdapter::link_patient(FindPatient)
{
    co_return std::unexpected(
        not_offered("This practice's system knows no links: the NHS number is enough."));
}

Awaitable<Result<SupplierAppointment>> PlainAdapter::amend(AmendAppointment)
{
    co_return std::unexpected(
        not_offered("This practice's system cannot change an appointment; cancel it and book again."));
}

Awaitable<Result<SupplierAppointment>> PlainAdapter::read_appointment(ReadAppointment)
{
    co_return std::unexpected(not_offered(
        "This practice's system cannot read one appointment; list the patient's appointments instead."));
}

} // namespace adapters
