// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/bars/appointment_search.hpp"

#include "fhir/model/nhs_number.hpp"
#include "fhir/model/patient.hpp"

#include <algorithm>
#include <cctype>

namespace gateway::faces::bars
{

namespace
{

using fhir::ErrorKind;
using fhir::Result;

constexpr std::string_view number_name = "patient:identifier", name_name = "patient:name",
                           birth_name = "patient:birthdate", postcode_name = "patient:address-postalcode";

std::string place(std::string_view parameter)
{
    return "http." + std::string(parameter);
}

/// The ISO form, with or without `eq`; one published example has `eq20/01/1995`.
std::optional<fhir::Date> read_birth_date(std::string_view text)
{
    if (text.starts_with("eq"))
        text.remove_prefix(2);
    if (text.size() != 10 || text[2] != '/' || text[5] != '/')
        return fhir::parse_date(text);
    return fhir::parse_date(std::string(text.substr(6)) + "-" + std::string(text.substr(3, 2)) + "-" +
                            std::string(text.substr(0, 2)));
}

std::string plain_postcode(std::string_view text)
{
    std::string plain;
    for (const char c : text)
        if (std::isalnum(static_cast<unsigned char>(c)))
            plain += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return plain;
}

Result<std::string> read_number(std::string_view text)
{
    const auto token = fhir::search::parse_token(text, number_name);
    const bool nhs =
        token && token->code && token->system && fhir::same_system(*token->system, fhir::nhs_number_system);
    const auto number = nhs ? fhir::NhsNumber::parse(*token->code) : std::nullopt;
    if (!number)
        return fhir::fail(ErrorKind::value_invalid,
                          "patient:identifier is the system of NHS numbers, a bar and an NHS number.",
                          place(number_name));
    return number->digits();
}

Result<Person> read_person(const Call& call)
{
    const auto name = call.parameter(name_name), birth = call.parameter(birth_name),
               postcode = call.parameter(postcode_name);
    if (!name || !birth || !postcode)
        return fhir::fail(ErrorKind::required,
                          "Say whose appointments are wanted: patient:identifier, or patient:name, "
                          "patient:birthdate and patient:address-postalcode together.",
                          place(number_name));
    const auto date = read_birth_date(*birth);
    if (!date)
        return fhir::fail(ErrorKind::value_invalid, "patient:birthdate is a date such as 1995-01-20.",
                          place(birth_name));
    Person person{fhir::search::fold(*name), *date, plain_postcode(*postcode)};
    if (person.name.empty() || person.postcode.empty())
        return fhir::fail(ErrorKind::value_invalid, "The patient's name and postcode must not be empty.",
                          place(person.name.empty() ? name_name : postcode_name));
    return person;
}

std::string whole_name(const fhir::HumanName& name)
{
    std::string whole;
    for (const std::string& given : name.given)
        whole += given + " ";
    return fhir::search::fold(whole + name.family.value_or("") + " " + name.text.value_or(""));
}

bool is_person(const fhir::Patient& patient, const Person& person)
{
    const bool born =
        patient.birth_date && fhir::to_text(*patient.birth_date) == fhir::to_text(person.birth_date);
    return born &&
           std::ranges::any_of(
               patient.name,
               [&](const auto& name) { return whole_name(name).find(person.name) != std::string::npos; }) &&
           std::ranges::any_of(patient.address, [&](const auto& address) {
               return plain_postcode(address.postal_code.value_or("")) == person.postcode;
           });
}

} // namespace

Result<WhoIsAsked> read_who_is_asked(const Call& call)
{
    WhoIsAsked asked;
    if (const auto number = call.parameter(number_name)) {
        auto digits = read_number(*number);
        if (!digits)
            return std::unexpected(digits.error());
        asked.number = std::move(*digits);
        return asked;
    }
    auto person = read_person(call);
    if (!person)
        return std::unexpected(person.error());
    asked.person = std::move(*person);
    return asked;
}

Result<AppointmentSearch> read_appointment_search(const Call& call)
{
    AppointmentSearch search;
    std::vector<fhir::search::RawParameter> criteria;
    auto asked = read_who_is_asked(call);
    if (!asked)
        return std::unexpected(asked.error());
    if (!asked->number.empty())
        criteria.push_back(
            {std::string(number_name), std::string(fhir::nhs_number_system) + "|" + asked->number});
    search.person = std::move(asked->person);
    for (const auto& parameter : call.parameters)
        if (parameter.name == "_id" || parameter.name == "date")
            criteria.push_back(parameter);
    auto query = fhir::search::parse_appointment_query(criteria, fhir::search::Handling::strict, nullptr);
    if (!query)
        return std::unexpected(query.error());
    search.query = std::move(*query);
    return search;
}

bool is_of_person(const std::vector<fhir::AnyResource>& contained, const std::optional<Person>& person)
{
    return !person || std::ranges::any_of(contained, [&](const fhir::AnyResource& resource) {
        const auto* patient = resource.as<fhir::Patient>();
        return patient && is_person(*patient, *person);
    });
}

} // namespace gateway::faces::bars
