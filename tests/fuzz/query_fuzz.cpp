// SPDX-License-Identifier: Apache-2.0
#include "fhir/rest/message.hpp"
#include "fhir/search/appointment_query.hpp"
#include "fhir/search/directory_query.hpp"
#include "fhir/search/slot_query.hpp"
#include "fhir/search/task_query.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace fhir::search;

namespace
{

/// What was accepted must be accepted again when it comes back as the self link, and read the same.
template <class Parse>
void check_self_link(const std::vector<RawParameter>& raw, const Parse& parse)
{
    std::vector<fhir::Error> warnings;
    const auto query = parse(raw, Handling::lenient, &warnings);
    if (!query)
        return;
    const auto again = parse(query->used, Handling::strict, nullptr);
    if (!again || again->used != query->used)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto pairs = fhir::rest::parse_query({reinterpret_cast<const char*>(data), size});
    if (!pairs)
        return 0;
    std::vector<RawParameter> raw;
    for (const auto& [name, value] : *pairs)
        raw.push_back({name, value});
    check_self_link(raw, parse_slot_query);
    check_self_link(raw, parse_appointment_query);
    check_self_link(raw, parse_task_query);
    for (const std::string_view type : directory_types())
        check_self_link(
            raw, [type](const auto& parameters, Handling handling, std::vector<fhir::Error>* warnings) {
                return parse_directory_query(type, parameters, handling, warnings);
            });
    return 0;
}
