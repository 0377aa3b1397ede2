// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/emis/wire.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Messages and requests for repeat medicines on the EMIS wire (EMIS PFS, back-office workflow). Pure. The
/// names of members are those that a public consumer of the interface reads and writes.
namespace adapters::emis
{

/// assumed: the length limit is not public.
inline constexpr std::size_t max_subject = 64;

struct WireRecipient
{
    std::string id, name;
};

/// One that the patient's account has sent.
struct WireMessage
{
    std::int64_t id = 0;
    std::string subject;
    std::optional<fhir::LocalTime> sent;
};

struct WireCourse
{
    std::string id, name;
};

struct WirePrescriptionRequest
{
    std::optional<fhir::Instant> requested;
    std::vector<std::string> medicines; ///< names, in order of their text; empty where the reply has none
};

/// A 2xx may bring an error document all the same. As the refusal that it is; one that says nothing sure of a
/// write is `outcome_unknown`.
std::optional<fhir::Error> error_inside(Operation operation, const fhir::rest::Response& response);

/// Those without an id are left out.
fhir::Result<std::vector<WireRecipient>> read_recipients(std::string_view body);
/// A row without id spoils the list: what is overlooked could be taken for one never sent.
fhir::Result<std::vector<WireMessage>> read_messages(std::string_view body);
fhir::Result<bool> read_message_sent(std::string_view body);
/// Those that can be requested.
fhir::Result<std::vector<WireCourse>> read_courses(std::string_view body);
fhir::Result<std::vector<WirePrescriptionRequest>> read_prescription_requests(std::string_view body);
/// Nothing said is no "switched off": the practice's own setting stands.
fhir::Result<bool> read_prescribing_effective(std::string_view body);

fhir::rest::Request recipients_request(const std::string& link_token);
fhir::rest::Request messages_request(const std::string& link_token);
fhir::rest::Request courses_request(const std::string& link_token);
fhir::rest::Request patient_settings_request(const std::string& link_token);
fhir::rest::Request prescription_requests_request(const std::string& link_token, fhir::Instant from);

struct WireNewMessage
{
    std::string recipient, subject, body;
};
fhir::rest::Request send_message_request(const std::string& link_token, const WireNewMessage& message);
/// An empty comment is sent as null.
fhir::rest::Request prescription_request(const std::string& link_token,
                                         const std::vector<std::string>& courses, const std::string& comment);

} // namespace adapters::emis
