// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/gpconnect/practice.hpp"

namespace tests::gpconnect
{

namespace
{

using namespace std::chrono_literals;
namespace simulation = adapters::simulation;

simulation::SeedSlot slot(const std::string& key, const char* start, const char* booked_by = "")
{
    return {key, at(start), at(start) + 10min, booked_by};
}

simulation::SeedSession session(const std::string& key, simulation::Channel channel,
                                const std::string& clinician, std::vector<simulation::SeedSlot> slots)
{
    simulation::SeedSession made;
    made.key = key;
    made.name = "Session " + key;
    made.slot_type = "Type " + key;
    made.channel = channel;
    made.clinician = clinician;
    made.location = "2";
    made.period = {slots.front().start, slots.back().end};
    made.slots = std::move(slots);
    return made;
}

} // namespace

fhir::Instant at(const char* text)
{
    return fhir::parse_instant(text).value();
}

simulation::PracticeSeed tarnbeck()
{
    using enum simulation::Channel;
    simulation::PracticeSeed seed;
    seed.ods = "Z98101";
    seed.name = "Tarnbeck Surgery";
    seed.phone = "01632960110";
    const auto birth = fhir::parse_date("1979-02-11").value();
    seed.patients = {{orla, "Fennimore", "Orla", "Ms", "female", birth, "07700900123", true},
                     {ben, "Tarrant", "Ben", "Mr", "male", birth, "", true},
                     {late, "Gone", "Ada", "Mrs", "female", birth, "", true}};
    seed.clinicians = {{"33", "Quennell", "Idris", "Dr", "male", "R6300", "Sessional GP", "555900100201"},
                       {"34", "Abara", "Nneka", "Sister", "female", "R0600", "Specialist Nurse Practitioner",
                        "555900100202"}};
    seed.locations = {{"1", "Tarnbeck Surgery", "1 Beck Street", "Tarnbeck", "ZZ99 3AB", "01632960110"},
                      {"2", "Mill Lane branch", "4 Mill Lane", "Tarnbeck", "ZZ99 3AA", "01632960111"}};
    seed.sessions = {
        session("512", in_person, "33",
                {slot("90411", "2026-11-24T18:30:00Z"), slot("90412", "2026-11-24T18:40:00Z"),
                 slot("90413", "2026-11-24T18:50:00Z"), slot("90414", "2026-11-24T19:30:00Z")}),
        session("513", telephone, "34",
                {slot("90421", "2026-11-24T09:00:00Z"), slot("90422", "2026-11-24T09:10:00Z", ben)}),
        session("514", in_person, "33", {slot("90431", "2026-11-25T10:00:00Z")}),
        session("515", in_person, "33", {slot("90441", "2026-11-25T11:00:00Z")}),
        session("516", in_person, "33", {slot("90451", "2026-11-25T12:00:00Z")}),
        session("517", in_person, "33", {slot("90461", "2026-11-25T13:00:00Z")}),
        session("518", video, "",
                {slot("90471", "2026-11-23T07:00:00Z"), slot("90472", "2026-11-24T18:50:00Z")}),
    };
    seed.options = {{"session.514.types", "urgent-care"}, {"session.515.organisations", "Z98H7"},
                    {"session.516.types", "urgent-care"}, {"session.516.organisations", "Z98H7"},
                    {"session.517.gp_connect", "no"},     {"deceased", late}};
    return seed;
}

adapters::Provenance lowmoor()
{
    adapters::Provenance who;
    who.organisation_ods = "Z98H7";
    who.organisation_name = "Lowmoor Federation Hub";
    who.organisation_type = "urgent-care";
    who.organisation_phone = "01632960200";
    who.user_id = "u-7731";
    who.user_name = "Ms Tamsin Okonjo";
    who.sds_user_id = "555900100777";
    who.request_id = "r-1";
    return who;
}

Provider::Provider(std::map<std::string, std::string> options)
{
    auto seed = tarnbeck();
    for (auto& [name, value] : options)
        seed.options[name] = value;
    simulator = gpc::make_simulator(seed, clock, random);
}

fhir::rest::Request Provider::request(Interaction interaction, const std::string& target,
                                      const std::string& body) const
{
    const auto& row = gpc::interaction_row(interaction);
    fhir::rest::Request made;
    made.method = row.method;
    made.target = "/Z98101/STU3/1/gpconnect/" + target;
    made.headers.set("Host", "gpsystem.example.nhs.uk");
    made.headers.set("Ssp-TraceID", "4b1f6c1e-8a0f-4a52-9d0e-6f0c5b2f7a11");
    made.headers.set("Ssp-From", "900000000202");
    made.headers.set("Ssp-To", simulator->client_settings().at("provider_asid"));
    made.headers.set("Ssp-InteractionID", gpc::interaction_id(interaction));
    const gpc::TokenFacts facts{"https://gw.example", "https://gpsystem.example", std::string(row.scope),
                                clock.now()};
    made.headers.set("Authorization", "Bearer " + gpc::build_token(facts, lowmoor()));
    if (row.method != "GET")
        made.headers.set("Content-Type", "application/fhir+json;charset=utf-8");
    made.body = body;
    return made;
}

adapters::simulation::BookRow Provider::row(const std::string& slot_key) const
{
    for (auto& row : simulator->book())
        if (row.slot_key == slot_key)
            return row;
    return {};
}

JsonValue json(const fhir::rest::Response& response)
{
    auto tree = fhir::codec::parse_json(response.body.view());
    return tree ? std::move(*tree) : JsonValue();
}

std::string verdict(const fhir::rest::Response& response)
{
    const auto code = adapters::text_at(json(response), {"issue", "details", "coding", "code"});
    return std::to_string(response.status) + (code.empty() ? "" : " " + code);
}

std::size_t entries(const fhir::rest::Response& response, std::string_view type)
{
    return adapters::entries_of(json(response), type).size();
}

std::string slot_search(const std::string& start, const std::string& end, const std::string& more)
{
    return "Slot?status=free&_include=Slot:schedule&start=" + start + "&end=" + end + more;
}

JsonValue booking()
{
    return fhir::codec::parse_json(R"({
      "resourceType": "Appointment",
      "meta": { "profile": ["https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Appointment-1"] },
      "contained": [{
        "resourceType": "Organization", "id": "1",
        "meta": { "profile": ["https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Organization-1"] },
        "identifier": [{ "system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "Z98H7" }],
        "type": [{ "coding": [{ "system": "https://fhir.nhs.uk/STU3/CodeSystem/GPConnect-OrganisationType-1", "code": "urgent-care" }] }],
        "name": "Lowmoor Federation Hub",
        "telecom": [{ "system": "phone", "value": "01632960200", "use": "work" }] }],
      "extension": [{ "url": "https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-BookingOrganisation-1",
                      "valueReference": { "reference": "#1" } }],
      "status": "booked", "description": "Ear pain, two days",
      "start": "2026-11-24T18:30:00+00:00", "end": "2026-11-24T18:40:00+00:00",
      "slot": [{ "reference": "Slot/90411" }],
      "created": "2026-11-23T08:00:00+00:00",
      "participant": [
        { "actor": { "reference": "Patient/pt-2001" }, "status": "accepted" },
        { "actor": { "reference": "Location/loc-2" }, "status": "accepted" },
        { "actor": { "reference": "Practitioner/pr-33" }, "status": "accepted" }] })")
        .value();
}

std::string text(const JsonValue& tree)
{
    return fhir::codec::to_json(tree);
}

adapters::PracticeConfig config()
{
    adapters::PracticeConfig practice{fhir::OdsCode::parse("Z98101").value(), "Tarnbeck Surgery", {}, {}, {}};
    practice.settings = Provider().simulator->client_settings();
    practice.read_limit = 3000ms;
    practice.write_limit = 8000ms;
    return practice;
}

World::World(std::map<std::string, std::string> options)
    : host(
          [options, this](const adapters::Clock& skewed) {
              auto seed = tarnbeck();
              for (const auto& [name, value] : options)
                  seed.options[name] = value;
              return gpc::make_simulator(seed, skewed, random);
          },
          clock, random),
      upstream(host, "/Z98101/STU3/1/gpconnect/"),
      adapter(gpc::make_adapter(config(), upstream, clock, random))
{}

adapters::FindSlots World::whole_week() const
{
    return {{at("2026-11-23T08:00:00Z"), at("2026-11-30T00:00:00Z")}, lowmoor(), {}};
}

adapters::FoundSlots World::slots()
{
    auto found = run(adapter->find_slots(whole_week()));
    EXPECT_TRUE(found.has_value());
    return found ? std::move(*found) : adapters::FoundSlots{};
}

adapters::OfferedSlot World::slot(const std::string& local)
{
    for (auto& offered : slots().slots)
        if (offered->id() == "Z98101." + local)
            return offered->offered();
    ADD_FAILURE() << "slot " << local << " is not offered";
    return {};
}

adapters::PatientContext World::patient(const char* nhs_number) const
{
    return {fhir::NhsNumber::parse(nhs_number).value(), {}, {}};
}

adapters::BookAppointment World::order(std::vector<std::string> locals)
{
    adapters::BookAppointment made{lowmoor(),       patient(), {},         "Ear pain, two days",
                                   "Ring the bell", {},        clock.now()};
    for (const auto& local : locals)
        made.slots.push_back(slot(local));
    return made;
}

fhir::Result<adapters::SupplierAppointment> World::book(std::vector<std::string> locals)
{
    return run(adapter->book(order(std::move(locals))));
}

adapters::simulation::BookRow World::row(const std::string& slot_key) const
{
    for (auto& row : host.book())
        if (row.slot_key == slot_key)
            return row;
    return {};
}

void World::fault(adapters::simulation::Fault::Kind kind, const std::string& path, bool writes_only)
{
    adapters::simulation::Fault fault;
    fault.kind = kind;
    fault.path_contains = path;
    fault.writes_only = writes_only;
    host.set_faults({fault});
}

fhir::rest::Response response(unsigned status, std::string_view body)
{
    fhir::rest::Response made;
    made.status = status;
    made.headers.set("Content-Type", "application/fhir+json;charset=utf-8");
    made.body.append(body);
    return made;
}

std::string outcome(std::string_view code, std::string_view diagnostics, std::string_view system)
{
    const auto coding = adapters::coding_tree(system, code, "Whatever the supplier writes here");
    const auto details = JsonValue::object({{"coding", JsonValue::array({coding})}});
    const auto issue = JsonValue::object({{"severity", JsonValue("error")},
                                          {"code", JsonValue("invalid")},
                                          {"details", details},
                                          {"diagnostics", JsonValue(diagnostics)}});
    return text(JsonValue::object(
        {{"resourceType", JsonValue("OperationOutcome")}, {"issue", JsonValue::array({issue})}}));
}

} // namespace tests::gpconnect
