// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/faces/gpconnect/interactions.hpp"

/// One function for each row of the table in interactions.cpp.
namespace gateway::faces::gpconnect
{

using Answered = Awaitable<Checked<Reply>>;

Answered read_metadata(const Call& call, const GpConnectServices& services);

Answered search_patient(const Call& call, const GpConnectServices& services);
Answered read_patient(const Call& call, const GpConnectServices& services);
Answered register_patient(const Call& call, const GpConnectServices& services);

Answered search_practitioner(const Call& call, const GpConnectServices& services);
Answered read_practitioner(const Call& call, const GpConnectServices& services);
Answered search_organization(const Call& call, const GpConnectServices& services);
Answered read_organization(const Call& call, const GpConnectServices& services);
Answered read_location(const Call& call, const GpConnectServices& services);

Answered search_slots(const Call& call, const GpConnectServices& services);

Answered book_appointment(const Call& call, const GpConnectServices& services);
Answered read_appointment(const Call& call, const GpConnectServices& services);
Answered retrieve_appointments(const Call& call, const GpConnectServices& services);
Answered amend_appointment(const Call& call, const GpConnectServices& services);
Answered cancel_appointment(const Call& call, const GpConnectServices& services);

} // namespace gateway::faces::gpconnect
