// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/tpp/wire.hpp"

#include <optional>
#include <string>
#include <vector>

/// Messages and requests for repeat medicines on the TPP wire (TPP SystmOnline, back-office workflow). Pure.
/// The names of attributes are those that a public consumer of the interface reads and writes.
namespace adapters::tpp
{

struct WireRecipient
{
    std::string id, name;
    bool unit = false; ///< the practice or a team of it, not a person
};

struct WireMessage
{
    std::string id, text;
    std::optional<fhir::LocalTime> sent;
};

struct WireMedication
{
    std::string drug_id, type, drug;
};

/// Whether messaging (service 512) is listed as available and may be written to.
bool messaging_offered(const Xml& services);
/// Whether a service for medicines is listed as anything but available (assumed: its name is not public).
bool medicines_switched_off(const Xml& services);

/// Those without an id are left out.
std::vector<WireRecipient> read_recipients(const Xml& reply);
/// Both ways. One without an id spoils the list: what is overlooked could be taken for one never sent.
fhir::Result<std::vector<WireMessage>> read_messages(const Xml& reply);
/// Those that can be requested.
std::vector<WireMedication> read_medications(const Xml& reply);

Attributes message_attributes(const WireRecipient& recipient, const std::string& text);
Own medication_request(const std::vector<WireMedication>& wanted, const std::string& notes);

} // namespace adapters::tpp
