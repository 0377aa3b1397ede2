// SPDX-License-Identifier: Apache-2.0
#include "adapters/simulation/practice_desk.hpp"
#include "adapters/tpp/simulator_routes.hpp"

#include <algorithm>

// Messages to the practice, and requests for repeat medicines.
namespace adapters::tpp
{

using fhir::rest::Response;
using simulation::MessageRow;
using simulation::PracticeDesk;

namespace
{

constexpr std::string_view unit_recipient = "UnitRecipient";

/// The service account writes nothing, and reads nobody's messages.
bool is_off(const SimCall& call, const std::string& service)
{
    return call.nhs_number.empty() || call.state.options().is(service, "off");
}

std::string medicine_id(const SimState& state, std::size_t place)
{
    return state.issued("drug", std::to_string(place));
}

bool may_be_requested(const SimCall& call, const simulation::RepeatMedicine& medicine)
{
    return medicine.may_be_requested &&
           !call.state.desk().was_requested(medicine.name, call.nhs_number, call.state.now());
}

/// Teams are units; the duty doctor is a person.
bool is_unit(std::string_view name)
{
    return name == simulation::message_recipients[1];
}

} // namespace

Response list_recipients(SimCall& call)
{
    if (is_off(call, "messages"))
        return call.refused("6", "No access to messaging");
    auto reply = call.reply();
    if (!call.state.options().is("recipients", "none"))
        for (const std::string_view name : simulation::message_recipients)
            reply.add(XmlElement("Item",
                                 {{"id", call.state.issued("recipient", std::string(name))},
                                  {"description", std::string(is_unit(name) ? unit_recipient : "Recipient")}})
                          .text(name));
    return xml_reply(reply);
}

Response view_messages(SimCall& call)
{
    if (is_off(call, "messages"))
        return call.refused("6", "No access to messaging");
    if (call.state.options().is("sent_messages", "error"))
        return call.refused("0000", "Messages are not available");
    auto reply = call.reply();
    for (const MessageRow* row : call.state.desk().of(PracticeDesk::message, call.nhs_number))
        reply.add(XmlElement("Message", {{"messageId", row->id},
                                         {"conversationId", row->id},
                                         {"sent", false_zulu(fhir::to_uk_local(row->at))},
                                         {"messageText", row->text},
                                         {"recipient", row->recipient},
                                         {"incoming", "y"},
                                         {"read", "n"},
                                         {"deleted", "n"}}));
    return xml_reply(reply);
}

Response take_message(SimCall& call)
{
    auto& state = call.state;
    if (is_off(call, "messages"))
        return call.refused("6", "No access to messaging");
    if (state.options().is("take_message", "refused"))
        return call.refused("9997", "Message is not accepted");
    for (const std::string_view name : simulation::message_recipients) {
        const auto id = call.attribute(is_unit(name) ? "unitRecipientId" : "recipientId");
        if (id != state.issued("recipient", std::string(name)) || call.attribute("message").empty())
            continue;
        state.desk().take({std::string(PracticeDesk::message),
                           {},
                           call.nhs_number,
                           std::string(name),
                           {},
                           std::string(call.attribute("message")),
                           {},
                           state.now()});
        return xml_reply(call.reply());
    }
    return call.refused("9996", "Recipient or message is not valid"); // assumed: the code is not public
}

Response list_medication(SimCall& call)
{
    if (is_off(call, "prescribing"))
        return call.refused("6", "No access to medication");
    auto reply = call.reply();
    for (std::size_t i = 0; i < simulation::repeat_medicines().size(); ++i) {
        const auto& medicine = simulation::repeat_medicines()[i];
        reply.add(XmlElement("Medication", {{"drugId", medicine_id(call.state, i)},
                                            {"type", "Repeat"},
                                            {"drug", std::string(medicine.name)},
                                            {"details", std::string(medicine.dosage)},
                                            {"requestable", may_be_requested(call, medicine) ? "Y" : "N"}}));
    }
    return xml_reply(reply);
}

Response take_medication_request(SimCall& call)
{
    auto& state = call.state;
    if (is_off(call, "prescribing"))
        return call.refused("6", "No access to medication");
    MessageRow row{std::string(PracticeDesk::prescription_request),
                   {},
                   call.nhs_number,
                   {},
                   {},
                   std::string(call.attribute("notes")),
                   {},
                   state.now()};
    for (const auto& each : call.body.root().children("Medication"))
        for (std::size_t i = 0; i < simulation::repeat_medicines().size(); ++i)
            if (each.attribute("drugId") == medicine_id(state, i)) {
                const auto& medicine = simulation::repeat_medicines()[i];
                if (!may_be_requested(call, medicine))
                    return call.refused("1", "Item cannot be requested");
                row.medicines.emplace_back(medicine.name);
            }
    if (row.medicines.empty() || row.medicines.size() != call.body.root().children("Medication").size())
        return call.refused("0000", "Medication is not valid");
    state.desk().take(std::move(row));
    return xml_reply(call.reply().set("message", ""));
}

} // namespace adapters::tpp
