// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/envelope.hpp"
#include "adapters/vision/errors.hpp"
#include "adapters/vision/linkage.hpp"
#include "adapters/vision/mapping.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace adapters::vision;

namespace
{

const adapters::PracticeNames practice{*fhir::OdsCode::parse("Z90003"), "Saltmarsh Lane Practice"};
const fhir::Interval always{fhir::Instant(std::chrono::days(-20000)),
                            fhir::Instant(std::chrono::days(90000))};

/// A slot ends after it starts, has an id of its own, and can be booked by its key.
void map_every_slot(const adapters::xml::Document& reply, const WireConfiguration& configuration)
{
    auto page = read_slots(reply);
    if (!page)
        return;
    const std::array pages = {*page, *page};
    adapters::SlotMemo memo;
    std::set<std::string> ids;
    for (const auto& each : map_slots(practice, pages, configuration, always, memo).slots)
        if (each->end() <= each->start() || !ids.insert(each->id()).second ||
            each->supplier_key().empty())
            std::abort();
}

void read_everything(const adapters::xml::Document& reply)
{
    const adapters::PatientContext patient{*fhir::NhsNumber::parse("9990577048"), std::nullopt, std::nullopt};
    const auto configuration = read_configuration(reply).value_or(WireConfiguration());
    if (const auto person = read_demographics(reply))
        map_patient(practice, configuration, *person);
    if (const auto appointments = read_appointments(reply)) {
        map_appointments(practice, *appointments, patient, always);
        (void)reason_for(appointments->reasons, "Unable to attend");
    }
    (void)read_echo(reply);
    (void)read_account(reply);
    map_every_slot(reply, configuration);
}

/// Words with one blank between them.
void take_markup_out(std::string_view html)
{
    const auto text = without_markup(html);
    if (text.starts_with(' ') || text.ends_with(' ') || text.find("  ") != std::string::npos)
        std::abort();
}

/// Nobody's header is accepted without the key.
void check_header(const adapters::xml::Document& request)
{
    const Known known{"gateway", std::string("AAAA")};
    if (objection_to_header(request.root(), known, fhir::Instant(), std::chrono::hours(900'000)).empty())
        std::abort();
}

fhir::rest::Response response_of_type(const char* type, std::string_view body)
{
    fhir::rest::Response response;
    response.headers.set("Content-Type", type);
    response.body.append(body);
    return response;
}

} // namespace

/// Any bytes as a reply to any call, and as a request to the simulator.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    (void)Account::parse(body);
    take_markup_out(body);
    (void)read_linkage(response_of_type("application/json", body));
    const auto reply = adapters::xml::read(body);
    if (!reply)
        return 0;
    read_everything(*reply);
    check_header(*reply);
    for (const auto service : {Service::slots, Service::book, Service::link})
        (void)read_answer({service, "5127", "20655"}, response_of_type("text/xml", body));
    return 0;
}
