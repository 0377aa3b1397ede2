// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/values.hpp"

#include <string>
#include <vector>

namespace fhir::search
{

/// A typed Appointment search (specs/fhir-r4-api.md §6.3). Each vector of vectors is AND of ORs.
struct AppointmentQuery
{
    std::vector<std::vector<ReferenceValue>> patient; ///< by reference `<ODS>.<local>` or by NHS number identifier
    std::vector<DateValue> date;
    std::vector<std::vector<TokenValue>> status;
    std::vector<std::vector<TokenValue>> identifier;
    std::vector<std::vector<std::string>> id;
    std::vector<std::vector<ReferenceValue>> slot, location, practitioner, actor;
    std::vector<std::vector<TokenValue>> service_type, service_category, specialty, appointment_type;
    std::vector<std::vector<ReferenceValue>> booking_organization;
    std::vector<DateValue> last_updated;

    std::vector<Include> includes;
    Paging paging;
};

} // namespace fhir::search
