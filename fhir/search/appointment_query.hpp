// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/parameter.hpp"
#include "fhir/search/values.hpp"

#include <span>
#include <string>
#include <vector>

namespace fhir::search
{

/// A typed Appointment search. Each vector of vectors is AND of ORs.
struct AppointmentQuery
{
    std::vector<std::vector<ReferenceValue>>
        patient; ///< by reference `<ODS>.<local>` or by NHS number identifier
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
    std::vector<RawParameter> used; ///< normalised parameters, for the self link; holds what identifies a
                                    ///< patient when the search does
};

Result<AppointmentQuery> parse_appointment_query(const std::vector<RawParameter>& raw, Handling handling,
                                                 std::vector<Error>* warnings);
std::string to_query(const AppointmentQuery& query);

const Vocabulary& appointment_vocabulary();
std::span<const ParameterInfo> appointment_parameters();
std::span<const std::string_view> appointment_includes();

} // namespace fhir::search
