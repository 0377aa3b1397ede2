// SPDX-License-Identifier: Apache-2.0
#include "adapters/tpp/wire.hpp"

#include <algorithm>
#include <array>

namespace adapters::tpp
{

namespace
{

struct OperationRow
{
    Operation operation;
    std::string_view wire_name, name;
    bool changes_state;
};

constexpr std::array operation_rows = {
    OperationRow{Operation::authenticate, "Authenticate", "log_in", false},
    OperationRow{Operation::select_patient, "PatientSelected", "find_patient", false},
    OperationRow{Operation::service_accesses, "ListServiceAccesses", "practice_services", false},
    OperationRow{Operation::slots, "ListSlots", "find_slots", false},
    OperationRow{Operation::messages, "RequestSystmOnlineMessages", "practice_settings", false},
    OperationRow{Operation::book, "BookAppointment", "book", true},
    OperationRow{Operation::view, "ViewAppointments", "list_appointments", false},
    OperationRow{Operation::cancel, "CancelAppointment", "cancel", true},
    OperationRow{Operation::log_off, "Logoff", "log_off", false},
    OperationRow{Operation::link, "LinkAccount", "link_patient", true},
    OperationRow{Operation::message_recipients, "MessageRecipients", "message_recipients", false},
    OperationRow{Operation::messages_view, "MessagesView", "list_messages", false},
    OperationRow{Operation::create_message, "MessageCreate", "deliver_message", true},
    OperationRow{Operation::repeat_medication, "ListRepeatMedication", "list_courses", false},
    OperationRow{Operation::request_medication, "RequestMedication", "deliver_prescription_request", true},
};

const OperationRow& row_of(Operation operation)
{
    return *std::ranges::find(operation_rows, operation, &OperationRow::operation);
}

/// Log-in and linking introduce the application; a log-in does so as the account's own provider.
XmlElement application_element(const Application& application, const Attributes& own)
{
    const auto provider = std::ranges::find(own, "providerId", &Attributes::value_type::first);
    return XmlElement("Application",
                      {{"name", application.name},
                       {"version", application.version},
                       {"providerId", provider == own.end() ? application.provider_id : provider->second},
                       {"deviceType", application.device_type}});
}

} // namespace

std::string_view wire_name(Operation operation)
{
    return row_of(operation).wire_name;
}

std::string_view operation_name(Operation operation)
{
    return row_of(operation).name;
}

std::optional<Operation> operation_of(std::string_view wire_name)
{
    const auto row = std::ranges::find(operation_rows, wire_name, &OperationRow::wire_name);
    return row == operation_rows.end() ? std::nullopt : std::optional(row->operation);
}

bool changes_state(Operation operation)
{
    return row_of(operation).changes_state;
}

std::string false_zulu(fhir::LocalTime local)
{
    return fhir::to_text(local) + ".0Z";
}

std::string false_offset(fhir::LocalTime local)
{
    return fhir::to_text(local) + "+00:00";
}

std::string Account::text() const
{
    return account_id + "|" + provider_id + "|" + passphrase;
}

std::optional<Account> Account::parse(std::string_view text)
{
    const auto first = text.find('|');
    const auto second = first == std::string_view::npos ? first : text.find('|', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    Account account{std::string(text.substr(0, first)), std::string(text.substr(second + 1)),
                    std::string(text.substr(first + 1, second - first - 1))};
    if (account.account_id.empty() || account.passphrase.empty())
        return std::nullopt;
    return account;
}

fhir::rest::Request make_request(Operation operation, const Common& common, const Attributes& own,
                                 const Application& application, const std::vector<Attributes>& medications)
{
    XmlElement root(wire_name(operation), {{"apiVersion", std::string(api_version)}, {"uuid", common.uuid}});
    root.set(operation == Operation::link ? "organisationCode" : "unitId", common.practice.text());
    if (!common.patient_id.empty() && operation != Operation::log_off)
        root.set({{"patientId", common.patient_id}, {"onlineUserId", common.online_user_id}});
    root.set(own);
    if (operation == Operation::authenticate || operation == Operation::link)
        root.add(application_element(application, own));
    for (const Attributes& each : medications)
        root.add(XmlElement("Medication", each));

    fhir::rest::Request request;
    request.method = "POST";
    request.target = ""; // every operation goes to the one configured URL
    request.headers.set("type", std::string(wire_name(operation)));
    if (!common.suid.empty())
        request.headers.set("suid", common.suid);
    request.headers.set("Accept", "text/xml");
    request.headers.set("Content-Type", "text/xml; charset=utf-8");
    request.body = R"(<?xml version="1.0" encoding="utf-8"?>)" + root.str();
    return request;
}

Attributes log_in_attributes(const Account& account)
{
    return {{"accountId", account.account_id},
            {"passphrase", account.passphrase},
            {"providerId", account.provider_id}};
}

Attributes slots_attributes(fhir::LocalTime from, int days)
{
    return {{"startDate", false_zulu(from)}, {"numberOfDays", std::to_string(days)}};
}

Attributes booking_attributes(const WireBooking& booking)
{
    Attributes attributes{{"sessionId", booking.session_id},
                          {"startDate", false_offset(booking.start)},
                          {"endDate", false_offset(booking.end)}};
    if (!booking.notes.empty())
        attributes.emplace_back("notes", booking.notes);
    return attributes;
}

Attributes view_attributes(bool future)
{
    return {{"futureAppointments", future ? "Y" : "N"}};
}

Attributes cancel_attributes(const std::string& appointment_id)
{
    return {{"apptId", appointment_id}};
}

Attributes create_account_attributes(const Applicant& applicant, const fhir::NhsNumber& patient)
{
    return {{"lastName", applicant.surname},
            {"dateOfBirth", fhir::to_text(applicant.birth_date) + "T00:00:00"},
            {"nhsNumber", patient.digits()}};
}

Attributes prove_account_attributes(const Applicant& applicant, const Account& account)
{
    return {{"lastName", applicant.surname},
            {"dateOfBirth", fhir::to_text(applicant.birth_date) + "T00:00:00"},
            {"accountId", account.account_id},
            {"passphrase", account.passphrase}};
}

} // namespace adapters::tpp
