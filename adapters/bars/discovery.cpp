// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/discovery.hpp"

#include "adapters/bars/standard/headers.hpp"
#include "adapters/bars/standard/names.hpp"
#include "adapters/bars/wire.hpp"
#include "fhir/model/datatypes.hpp"
#include "fhir/rest/message.hpp"

#include <algorithm>
#include <array>

namespace adapters::bars
{

namespace
{

using fhir::ErrorKind;

constexpr std::array<std::string_view, 11> carried{
    "Bundle",   "MessageHeader",     "Appointment",      "Patient",      "Organization", "Slot",
    "Schedule", "HealthcareService", "PractitionerRole", "Practitioner", "Location"};

std::unexpected<fhir::Error> other_version(std::string sentence)
{
    return std::unexpected(fhir::Error(ErrorKind::not_supported_by_practice, std::move(sentence))
                               .advise("Ring the practice.", fhir::Remedy::supplier));
}

bool names_operation(const Node& rest)
{
    return std::ranges::any_of(items_or_one_of(rest, "operation"), [](const Node* operation) {
        return view_of(*operation, "name").ends_with("process-message");
    });
}

bool receives(const Node& messaging)
{
    return std::ranges::any_of(items_or_one_of(messaging, "supportedMessage"),
                               [](const Node* message) { return view_of(*message, "mode") == "receiver"; });
}

/// A value of `useContext`, written as a coding inside a concept.
bool is_meant(const Node& context, std::string_view system, std::string_view code)
{
    const Node* coding = follow(context, {"valueCodeableConcept", "coding", "code"});
    return coding != nullptr && fhir::rest::equal_ignoring_case(coding->text(), code) &&
           fhir::same_system(view_at(context, {"valueCodeableConcept", "coding", "system"}), system);
}

/// Whether a definition with contexts of that system names the value. Use-case codes are printed in either
/// case.
bool is_for(const Node& definition, std::string_view system, std::string_view code)
{
    bool named = false;
    for (const auto* context : items_or_one_of(definition, "useContext")) {
        const auto of = view_at(*context, {"valueCodeableConcept", "coding", "system"});
        if (is_meant(*context, system, code))
            return true;
        named = named || fhir::same_system(of, system);
    }
    return !named;
}

std::string lacking_in(const Node& definition)
{
    for (const auto* focus : items_or_one_of(definition, "focus")) {
        const Node* least = member_of(*focus, "min");
        const auto code = view_of(*focus, "code");
        if (least != nullptr && least->is_number() && least->integer().value_or(0) > 0 &&
            std::ranges::find(carried, code) == carried.end())
            return std::string(code);
    }
    return {};
}

} // namespace

fhir::Result<Statement> read_statement(std::string_view json)
{
    const auto tree = Document::parse(json);
    if (!tree || !is_resource(tree->root(), "CapabilityStatement"))
        return fhir::fail(ErrorKind::supplier_malformed,
                          "The practice's system did not answer with a CapabilityStatement.");
    const Node& root = tree->root();
    if (!view_of(root, "fhirVersion").starts_with("4.0"))
        return other_version("The practice's system speaks another version of FHIR than R4.");
    if (standard::major_of(view_of(root, "version")) != standard::major_of(standard::core_version))
        return other_version("The practice's system speaks another version of the booking standard.");
    Statement statement;
    for (const auto* rest : items_or_one_of(root, "rest")) {
        for (const auto* resource : items_or_one_of(*rest, "resource")) {
            statement.searches_slots |= view_of(*resource, "type") == "Slot";
            statement.reads_appointments |= view_of(*resource, "type") == "Appointment";
        }
        statement.takes_messages |= names_operation(*rest);
    }
    for (const auto* messaging : items_or_one_of(root, "messaging"))
        statement.takes_messages |= receives(*messaging);
    return statement;
}

fhir::Result<Messages> read_definitions(std::string_view json, std::string_view service,
                                        std::string_view use_case)
{
    const auto tree = wire::read_searchset(json);
    if (!tree)
        return std::unexpected(tree.error());
    Messages messages;
    for (const auto* definition : entries_of(tree->root(), "MessageDefinition")) {
        const auto version = view_of(*definition, "version");
        if (!is_for(*definition, standard::system::service_id, service) ||
            !is_for(*definition, standard::system::use_case, use_case) ||
            standard::major_of(version) != standard::application_major)
            continue;
        const auto url = view_of(*definition, "url");
        messages.cancellation |= url == standard::definition::cancellation;
        if (url != standard::definition::booking)
            continue;
        messages.booking = true;
        messages.lacking = lacking_in(*definition);
    }
    return messages;
}

} // namespace adapters::bars
