// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/format.hpp"
#include "fhir/model/appointment.hpp"
#include "gateway/faces/gpconnect/call.hpp"

/// FHIR STU3 in the format of a call.
namespace gateway::faces::gpconnect
{

template <class T>
void write(Format format, const T& resource, fhir::rest::OutBuffer& out)
{
    fhir::codec::write(resource, fhir::codec::Encoding{fhir::Release::stu3, format}, out);
}

/// Why a body could not be read: BAD_REQUEST when it is neither JSON nor XML, INVALID_RESOURCE when it is,
/// but not this resource.
Refusal unreadable(const Call& call, const fhir::Error& error);

template <class T>
Checked<T> read_body(const Call& call)
{
    auto resource =
        fhir::codec::read<T>(call.request.body, fhir::codec::Encoding{fhir::Release::stu3, call.body});
    if (!resource)
        return std::unexpected(unreadable(call, resource.error()));
    return std::move(*resource);
}

/// The same of an Appointment, which then holds GP Connect's extensions under their own names, as this face
/// sends them; the codec has made UK Core's of them.
Checked<fhir::Appointment> read_appointment_body(const Call& call);

} // namespace gateway::faces::gpconnect
