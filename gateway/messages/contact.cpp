// SPDX-License-Identifier: Apache-2.0
#include "gateway/messages/contact.hpp"

#include "fhir/model/patient.hpp"
#include "gateway/booking/booking_rules.hpp"
#include "gateway/messages/address.hpp"

namespace gateway::messages
{

namespace
{

void add_contact(const fhir::ContactPoint& point, Contact& contact)
{
    const std::string value = point.value.value_or("");
    if (!contact.email && is_email(value))
        contact.email = Address(value);
    if (auto mobile = mobile_number(value); !contact.mobile && mobile)
        contact.mobile = Address(std::move(*mobile));
}

} // namespace

/// Of several the first that is of that kind.
Contact contact_of(const fhir::Appointment& appointment)
{
    Contact contact;
    if (const fhir::Patient* patient = booking::contained_patient(appointment))
        for (const fhir::ContactPoint& point : patient->telecom)
            add_contact(point, contact);
    return contact;
}

} // namespace gateway::messages
