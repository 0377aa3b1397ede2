// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/simulator_sentinels.hpp"

#include <algorithm>
#include <array>

namespace adapters::bars::receiver::sentinels
{

namespace
{

struct ServiceRow
{
    std::string_view id;
    std::string_view option, value; ///< of the practice, while this service is addressed
};

constexpr std::array<ServiceRow, 8> services{{{"2000072489", "slots", "free_and_busy"},
                                              {"2000073917", "slots", "none"},
                                              {"1503499715", "resources", "mandatory"},
                                              {"2000081230", "slots", "timeout"},
                                              {"2000011147", "definitions", "with_referral"},
                                              {"2000076289", "definitions", "referral_only"},
                                              {"2000071898", "definitions", "invalid"},
                                              {"NHS0001", "", ""}}};

struct RefusalRow
{
    std::string_view value;
    Refusal refusal;
};

std::optional<Refusal> refusal_in(const std::vector<RefusalRow>& rows, std::string_view value)
{
    const auto found = std::ranges::find(rows, value, &RefusalRow::value);
    return found == rows.end() ? std::nullopt : std::optional(found->refusal);
}

constexpr std::string_view once = "9707606312", lucky = "9658499007",
                           fixed_id = "ce1c4ced-2a84-4198-9982-9caf894d0bb7";

} // namespace

bool is_service(std::string_view service)
{
    return std::ranges::find(services, service, &ServiceRow::id) != services.end() ||
           refusal_of_target(service);
}

std::optional<Refusal> refusal_of_target(std::string_view service)
{
    static const std::vector<RefusalRow> rows{
        {"NHS0001-400", {400, "REC_BAD_REQUEST", "invalid", "Sentinel"}},
        {"NHS0001-401", {401, "REC_UNAUTHORIZED", "forbidden", "Sentinel"}},
        {"NHS0001-403", {403, "REC_FORBIDDEN", "forbidden", "Sentinel"}},
        {"NHS0001-406", {406, "REC_NOT_ACCEPTABLE", "processing", "Sentinel"}},
        {"NHS0001-408", {408, "REC_TIMEOUT", "timeout", "Sentinel"}},
        {"NHS0001-409", {409, "REC_CONFLICT", "conflict", "Sentinel"}},
        {"NHS0001-422", {422, "REC_UNPROCESSABLE_ENTITY", "processing", "Sentinel"}},
        {"NHS0001-500", {500, "REC_SERVER_ERROR", "exception", "Sentinel"}},
        {"NHS0001-501", {501, "REC_NOT_IMPLEMENTED", "not-supported", "Sentinel"}},
        {"NHS0001-503", {503, "REC_UNAVAILABLE", "transient", "Sentinel"}},
        {"NHS0001-504", {504, "REC_TIMEOUT", "timeout", "Sentinel"}}};
    return refusal_in(rows, service);
}

std::optional<State> shown_by(const State& state, std::string_view service)
{
    const auto row = std::ranges::find(services, service, &ServiceRow::id);
    if (row == services.end())
        return std::nullopt;
    auto seed = state.seed;
    seed.options["service_id"] = service;
    if (!row->option.empty())
        seed.options[std::string(row->option)] = row->value;
    State shown(seed);
    shown.slots = state.slots;
    shown.bookings = state.bookings;
    return shown;
}

std::optional<Refusal> refusal_of_context(const Parameters& parameters)
{
    static const std::vector<RefusalRow> rows{
        {"FAIL0401", {401, "REC_UNAUTHORIZED", "forbidden", "Sentinel"}},
        {"FAIL0404", {404, "REC_NOT_FOUND", "not-found", "Sentinel"}}};
    for (const auto& [name, value] : parameters)
        if (name == "context")
            if (auto refusal = refusal_in(rows, std::string_view(value).substr(value.rfind('|') + 1)))
                return refusal;
    return std::nullopt;
}

std::optional<Refusal> refusal_of_patient(std::string_view nhs_number)
{
    static const std::vector<RefusalRow> rows{
        {"9658499015", {404, "REC_NOT_FOUND", "not-found", "Sentinel"}},
        {"9658499023", {409, "REC_CONFLICT", "conflict", "Sentinel"}},
        {"9658499031", {422, "REC_UNPROCESSABLE_ENTITY", "processing", "Sentinel"}}};
    return refusal_in(rows, nhs_number);
}

bool books_once(std::string_view nhs_number)
{
    return nhs_number == once;
}

std::string_view appointment_id_for(std::string_view nhs_number)
{
    return nhs_number == lucky ? fixed_id : std::string_view();
}

std::optional<Refusal> refusal_of_appointment(std::string_view id)
{
    if (id != "0d440c22-7f25-4c6c-905d-2213d197d02a")
        return std::nullopt;
    return Refusal{501, "REC_NOT_IMPLEMENTED", "not-supported", "Sentinel"};
}

} // namespace adapters::bars::receiver::sentinels
