// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <string>
#include <string_view>

namespace adapters::bars
{

/// What a receiver's CapabilityStatement says, as far as this adapter needs it.
struct Statement
{
    bool searches_slots = false;
    bool reads_appointments = false; ///< says so; one without resources is taken to
    bool takes_messages = false;
};

/// `supplier_malformed` for what is no CapabilityStatement, `not_supported_by_practice` for another major
/// version of FHIR or of BaRS Core.
fhir::Result<Statement> read_statement(std::string_view json);

/// What a receiver's MessageDefinitions say of one service in one use case.
struct Messages
{
    bool booking = false;
    bool cancellation = false;
    /// A resource that each booking must hold and that this gateway has not: `ServiceRequest`.
    std::string lacking;
};

/// Definitions of another service, use case or major version do not count; nearer versions need not agree.
/// `supplier_malformed` for what is no searchset.
fhir::Result<Messages> read_definitions(std::string_view json, std::string_view service,
                                        std::string_view use_case);

/// What one service offers, both answers together.
struct Offer
{
    Statement statement;
    Messages messages;

    bool books() const { return statement.takes_messages && messages.booking && messages.lacking.empty(); }
    bool cancels() const { return statement.takes_messages && messages.cancellation; }
};

} // namespace adapters::bars
