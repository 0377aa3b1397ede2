// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/wire_delivery.hpp"

#include "adapters/trimmed.hpp"
#include "fhir/rest/message.hpp"

#include <algorithm>

namespace adapters::tpp
{

namespace
{

constexpr std::string_view messaging_service = "512";

std::string attribute_of(const Element& element, std::string_view name)
{
    return trimmed(element.attribute(name));
}

bool speaks_of(std::string_view text, std::string_view word)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return !std::ranges::search(text, word, {}, lower, lower).empty();
}

} // namespace

bool messaging_offered(const Xml& services)
{
    const auto listed = services.root().children("ServiceAccess");
    return std::ranges::any_of(listed, [](const Element& each) {
        return each.attribute("serviceIdentifier") == messaging_service && each.attribute("status") == "A" &&
               each.attribute("readOnly") != "Y";
    });
}

bool medicines_switched_off(const Xml& services)
{
    const auto listed = services.root().children("ServiceAccess");
    return std::ranges::any_of(listed, [](const Element& each) {
        const auto name = each.attribute("description");
        return (speaks_of(name, "medication") || speaks_of(name, "prescription")) &&
               (each.attribute("status") != "A" || each.attribute("readOnly") == "Y");
    });
}

std::vector<WireRecipient> read_recipients(const Xml& reply)
{
    std::vector<WireRecipient> recipients;
    for (const auto& each : reply.root().children("Item"))
        if (auto id = attribute_of(each, "id"); !id.empty())
            recipients.push_back(
                {std::move(id), trimmed(each.text()), attribute_of(each, "description") == "UnitRecipient"});
    return recipients;
}

fhir::Result<std::vector<WireMessage>> read_messages(const Xml& reply)
{
    std::vector<WireMessage> messages;
    for (const auto& each : reply.root().children("Message")) {
        WireMessage message{attribute_of(each, "messageId"), std::string(each.attribute("messageText")),
                            read_time(each.attribute("sent"))};
        if (message.id.empty())
            return std::unexpected(
                fhir::Error(fhir::ErrorKind::supplier_malformed).from_supplier("200/without messageId"));
        messages.push_back(std::move(message));
    }
    return messages;
}

std::vector<WireMedication> read_medications(const Xml& reply)
{
    std::vector<WireMedication> medications;
    for (const auto& each : reply.root().children("Medication"))
        if (auto id = attribute_of(each, "drugId"); !id.empty() && each.attribute("requestable") == "Y")
            medications.push_back({std::move(id), attribute_of(each, "type"), attribute_of(each, "drug")});
    return medications;
}

Attributes message_attributes(const WireRecipient& recipient, const std::string& text)
{
    return {{recipient.unit ? "unitRecipientId" : "recipientId", recipient.id}, {"message", text}};
}

Own medication_request(const std::vector<WireMedication>& wanted, const std::string& notes)
{
    Own own(Attributes{{"notes", notes}});
    for (const WireMedication& each : wanted)
        own.medications.push_back({{"drugId", each.drug_id}, {"type", each.type}});
    return own;
}

} // namespace adapters::tpp
