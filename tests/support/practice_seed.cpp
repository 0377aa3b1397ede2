// SPDX-License-Identifier: Apache-2.0
#include "tests/support/practice_seed.hpp"

#include <algorithm>
#include <stdexcept>

namespace tests
{

using namespace std::chrono_literals;
using adapters::simulation::Channel;
using adapters::simulation::PracticeSeed;
using adapters::simulation::SeedPatient;
using adapters::simulation::SeedSession;
using adapters::simulation::SeedSlot;

namespace
{

fhir::Date date(int year, unsigned month, unsigned day)
{
    return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
}

/// The tenth digit of nine, or nothing for the one in eleven that has none.
char check_digit(const std::string& nine)
{
    int sum = 0;
    for (std::size_t i = 0; i < 9; ++i)
        sum += (nine[i] - '0') * static_cast<int>(10 - i);
    const int digit = (11 - sum % 11) % 11;
    return digit == 10 ? '\0' : static_cast<char>('0' + digit);
}

SeedPatient person(std::size_t n, std::string family, std::string given, std::string title,
                   std::string gender, fhir::Date birth_date)
{
    return {synthetic_nhs_number(n),
            std::move(family),
            std::move(given),
            std::move(title),
            std::move(gender),
            birth_date,
            "0163296011" + std::to_string(n % 10),
            true};
}

PracticeSeed people_and_places()
{
    PracticeSeed seed;
    seed.ods = "Z90001";
    seed.name = "Brackenfold Surgery";
    seed.phone = "01632960100";
    seed.patients = {person(0, "Tarrowby", "Imogen", "Ms", "female", date(1984, 3, 9)),
                     person(1, "Quillfeather", "Osric", "Mr", "male", date(1951, 12, 31)),
                     person(2, "Marlpit", "Saffron", "Miss", "female", date(2001, 2, 28)),
                     person(3, "Underbrook", "Alaric", "Mr", "male", date(1972, 7, 1)),
                     person(4, "Tarrowby", "Ned", "Master", "male", date(2018, 5, 20))};
    seed.clinicians = {
        {"1", "Hallow", "Rosa", "Dr", "female", "R0260", "General Medical Practitioner", "555010001001"},
        {"2", "Mere", "Tomas", "Nurse", "male", "R0600", "Specialist Nurse Practitioner", "555010001002"},
        {"3", "Finch", "Edda", "Ms", "female", "R1290", "Pharmacist", "555010001003"}};
    seed.locations = {{"1", "Brackenfold Surgery", "1 Mill Bank", "Brackenfold", "ZZ99 3AB", "01632960100"},
                      {"2", "Fold Green Branch", "7 Fold Green", "Brackenfold", "ZZ99 3AC", "01632960101"}};
    return seed;
}

SeedSession placed(SeedSession session, std::string name, std::string slot_type, Channel channel,
                   std::string clinician, std::string location)
{
    session.name = std::move(name);
    session.slot_type = std::move(slot_type);
    session.channel = channel;
    session.clinician = std::move(clinician);
    session.location = std::move(location);
    return session;
}

} // namespace

fhir::Instant at(std::string_view text)
{
    const auto moment = fhir::parse_instant(text);
    if (!moment)
        throw std::invalid_argument(std::string(text));
    return *moment;
}

std::string synthetic_nhs_number(std::size_t n)
{
    for (std::size_t body = 999031207;; ++body) {
        const auto nine = std::to_string(body);
        const char digit = check_digit(nine);
        if (digit != '\0' && n-- == 0)
            return nine + digit;
    }
}

SeedSlot seed_slot(std::uint64_t key, fhir::Instant start, std::chrono::minutes length)
{
    return {std::to_string(key), start, start + length, {}};
}

SeedSession seed_session(std::uint64_t key, std::uint64_t first_slot, fhir::Instant start, std::size_t count,
                         std::chrono::minutes length)
{
    SeedSession session;
    session.key = std::to_string(key);
    for (std::size_t i = 0; i < count; ++i)
        session.slots.push_back(seed_slot(first_slot + i, start + length * static_cast<int>(i), length));
    session.period = {start, start + length * static_cast<int>(count)};
    return session;
}

PracticeSeed practice_seed()
{
    auto seed = people_and_places();
    seed.sessions = {placed(seed_session(5501, 880011, at("2026-11-24T09:00:00Z"), 18, 10min), "Routine GP",
                            "GP face to face", Channel::in_person, "1", "1"),
                     placed(seed_session(5502, 880101, at("2026-11-24T14:00:00Z"), 6, 10min),
                            "GP telephone clinic", "GP telephone", Channel::telephone, "1", "1"),
                     placed(seed_session(5503, 880201, at("2026-11-25T13:30:00Z"), 12, 15min), "Bloods",
                            "Blood test", Channel::in_person, "2", "2"),
                     placed(seed_session(5504, 880301, at("2026-11-26T09:00:00Z"), 6, 10min),
                            "Medication review", "Pharmacist video", Channel::video, "3", "1")};
    return seed;
}

PracticeSeed practice_seed(std::vector<SeedSlot> slots)
{
    auto seed = people_and_places();
    SeedSession session;
    session.key = "5501";
    session.slots = std::move(slots);
    if (!session.slots.empty()) {
        session.period = {session.slots.front().start, session.slots.front().end};
        for (const auto& slot : session.slots)
            session.period = {std::min(session.period.start, slot.start),
                              std::max(session.period.end, slot.end)};
    }
    seed.sessions = {
        placed(std::move(session), "Routine GP", "GP face to face", Channel::in_person, "1", "1")};
    return seed;
}

adapters::PatientContext patient_context(const SeedPatient& patient)
{
    adapters::PatientContext context{fhir::NhsNumber::parse(patient.nhs_number).value(), std::nullopt,
                                     fhir::Patient()};
    auto& demographics = *context.demographics;
    demographics.identifier.push_back(fhir::identifier_of(fhir::nhs_number_system, patient.nhs_number));
    fhir::HumanName name;
    name.use = fhir::NameUse::official;
    name.family = patient.family;
    name.given.push_back(patient.given);
    demographics.name.push_back(std::move(name));
    demographics.gender = patient.gender == "male" ? fhir::Gender::male : fhir::Gender::female;
    demographics.birth_date = fhir::parse_date_time(fhir::to_text(patient.birth_date));
    return context;
}

adapters::Provenance hub_provenance()
{
    adapters::Provenance provenance;
    provenance.organisation_ods = "Z9H01";
    provenance.organisation_name = "Wharfshire Hub";
    provenance.organisation_type = "gp-practice";
    provenance.organisation_phone = "01632960900";
    provenance.user_id = "555020002001";
    provenance.user_name = "Dana Larkspur";
    provenance.sds_user_id = "555020002001";
    provenance.request_id = "0197a2b0-0000-7000-8000-000000000001";
    return provenance;
}

} // namespace tests
