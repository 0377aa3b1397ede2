// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/errors.hpp"
#include "adapters/tpp/mapping.hpp"
#include "adapters/tpp/wire_delivery.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>

using namespace adapters::tpp;

namespace
{

const PracticeNames practice{*fhir::OdsCode::parse("Z90001"), "Brackenfold Surgery"};
const fhir::Interval always{fhir::Instant(std::chrono::days(-40000)),
                            fhir::Instant(std::chrono::days(3000000))}; // all years of four digits

/// A slot ends after it starts, has an id of its own, and can be booked by its key.
void map_every_slot(const Xml& reply)
{
    const auto wire = read_slots(reply);
    if (!wire)
        return;
    adapters::SlotMemo memo;
    std::set<std::string> ids;
    for (const auto& each : map_slots(practice, *wire, "", always, fhir::Instant(), memo).slots)
        if (each->end() <= each->start() || !ids.insert(each->id()).second ||
            !SlotKey::parse(each->supplier_key()))
            std::abort();
}

void read_everything(const Xml& reply)
{
    (void)read_wire_error(reply);
    (void)read_login(reply);
    (void)read_guidance(reply);
    (void)appointments_switched_off(reply);
    (void)read_linkage(reply);
    if (const auto person = read_person(reply))
        map_patient(practice, *person, "x1");
    const adapters::PatientContext patient{*fhir::NhsNumber::parse("9990312079"), std::nullopt, std::nullopt};
    // Every appointment that is read is told, so that none can be taken for one never made.
    if (const auto held = read_appointments(reply))
        if (map_appointments(practice, *held, patient, always, fhir::Instant()).size() != held->size())
            std::abort();
    (void)messaging_offered(reply);
    (void)medicines_switched_off(reply);
    (void)read_recipients(reply);
    (void)read_medications(reply);
    if (const auto messages = read_messages(reply))
        for (const auto& each : *messages)
            if (each.id.empty())
                std::abort();
    map_every_slot(reply);
}

/// What a reader took from a reply can be written, and is then read the same.
void write_again(const Xml& reply)
{
    const std::string text(reply.root().attribute("uuid"));
    const auto again = adapters::xml::read(XmlElement("again", {{"uuid", text}}).str());
    if (!again || again->root().attribute("uuid") != text)
        std::abort();
}

} // namespace

/// Any bytes as a reply to any call.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    (void)SlotKey::parse(body);
    (void)Account::parse(body);
    const auto reply = adapters::xml::read(body);
    if (!reply)
        return 0;
    read_everything(*reply);
    write_again(*reply);
    fhir::rest::Response response;
    response.headers.set("Content-Type", "text/xml");
    response.body.append(body);
    (void)read_answer(Operation::slots, {"uuid", practice.ods, {}, {}, {}}, response);
    return 0;
}
