// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/adapter.hpp"

namespace adapters
{

/// An adapter that says no to what not every system can do. Each overrides what its own can.
class PlainAdapter : public Adapter
{
public:
    Awaitable<fhir::Result<fhir::Patient>> register_patient(FindPatient query) override;
    Awaitable<fhir::Result<PatientLink>> link_patient(FindPatient query) override;
    Awaitable<fhir::Result<SupplierAppointment>> amend(AmendAppointment amendment) override;
    Awaitable<fhir::Result<SupplierAppointment>> read_appointment(ReadAppointment query) override;
};

} // namespace adapters
