// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/bars/bars_fixture.hpp"

#include "fhir/bars/headers.hpp"
#include "gateway/observability/log.hpp"

#include <charconv>

namespace tests
{

namespace
{

using fhir::codec::JsonValue;

constexpr std::string_view header_template = R"({
 "resourceType": "MessageHeader",
 "meta": {"lastUpdated": "2026-11-23T08:00:00.0000000+00:00"},
 "eventCoding": {"system": "https://fhir.nhs.uk/CodeSystem/message-events-bars", "code": "booking-request"},
 "destination": [{"endpoint": "https://fhir.nhs.uk/Id/dos-service-id|9999000101", "receiver": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000004"}}],
 "sender": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000005"},
 "source": {"name": "Northmoor Integrated Urgent Care", "software": "Northstar CAS", "version": "4.2.0", "endpoint": "https://fhir.nhs.uk/Id/dos-service-id|9999000901"},
 "reason": {"coding": [{"system": "https://fhir.nhs.uk/CodeSystem/message-reason-bars", "code": "new"}]},
 "focus": [{"reference": "urn:uuid:00000000-0000-4000-8000-000000000002"}],
 "definition": "https://fhir.nhs.uk/MessageDefinition/bars-message-booking-request"
})";
constexpr std::string_view appointment_template = R"({
 "resourceType": "Appointment",
 "meta": {"lastUpdated": "2026-11-23T08:00:00.0000000+00:00"},
 "status": "booked",
 "serviceCategory": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/service-category", "code": "17"}]}],
 "description": "Ear pain, two days",
 "start": "2026-11-24T09:00:00+00:00",
 "end": "2026-11-24T09:10:00+00:00",
 "participant": [{"actor": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000003"}, "status": "accepted"}]
})";
constexpr std::string_view patient_template = R"({
 "resourceType": "Patient",
 "identifier": [{"extension": [{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
   "valueCodeableConcept": {"coding": [{"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatus", "code": "number-present-and-verified"}]}}],
  "system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
 "name": [{"use": "official", "family": "Fairlamb", "given": ["Imogen"]}],
 "gender": "female",
 "birthDate": "1988-06-17",
 "address": [{"use": "home", "line": ["21 Quarry Lane"], "city": "Testham", "postalCode": "ZZ9 9ZY"}],
 "contact": [{"extension": [{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactRank", "valuePositiveInt": 1}],
  "telecom": [{"system": "phone", "value": "01632 960123", "rank": 2}, {"system": "phone", "value": "07700 900123", "rank": 1}]}]
})";

constexpr std::string_view referral_template = R"({
 "resourceType": "ServiceRequest",
 "meta": {"lastUpdated": "2026-11-23T08:00:00.0000000+00:00"},
 "status": "active",
 "intent": "plan",
 "category": [{"coding": [{"system": "https://fhir.nhs.uk/CodeSystem/message-category-servicerequest", "code": "referral"}]},
  {"coding": [{"system": "https://fhir.nhs.uk/CodeSystem/usecases-categories-bars", "code": "a7t1"}]}],
 "priority": "urgent",
 "code": {"text": "Same-day GP review"},
 "subject": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000003"},
 "encounter": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000007"},
 "occurrencePeriod": {"start": "2026-11-23T08:00:00+00:00", "end": "2026-11-23T10:00:00+00:00"}
})";

JsonValue tree_of(std::string_view json)
{
    auto tree = fhir::codec::parse_json(json);
    EXPECT_TRUE(tree) << json;
    return tree ? *tree : JsonValue();
}

JsonValue entry_of(std::string_view number, JsonValue resource)
{
    return JsonValue::object(
        {{"fullUrl", "urn:uuid:00000000-0000-4000-8000-00000000000" + std::string(number)},
         {"resource", std::move(resource)}});
}

JsonValue organisation_of(std::string_view ods, std::string_view name)
{
    return tree_of(
        R"({"resourceType":"Organization","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":")" +
        std::string(ods) + R"("}],"name":")" + std::string(name) + "\"}");
}

JsonValue message_of(std::vector<JsonValue> entries)
{
    auto bundle = tree_of(
        R"({"resourceType":"Bundle","id":"79e3c1d5-2a4b-4c6d-8e0f-1a2b3c4d5e01","meta":{"versionId":"1.1.0","lastUpdated":"2026-11-23T08:00:00.0000000+00:00"},"type":"message","timestamp":"2026-11-23T08:00:00.0000000+00:00"})");
    bundle.set("entry", JsonValue::array(std::move(entries)));
    return bundle;
}

/// The last name of a place is made where it is not there; indices must be.
void apply(JsonValue& tree, std::string_view place, const std::string& json)
{
    JsonValue* here = &tree;
    while (true) {
        const auto end = place.find('/');
        const std::string name(place.substr(0, end));
        std::size_t index = 0;
        const bool indexed =
            std::from_chars(name.data(), name.data() + name.size(), index).ec == std::errc{} &&
            here->is_array();
        if (end == std::string_view::npos && indexed && json.empty()) {
            here->items().erase(here->items().begin() + static_cast<std::ptrdiff_t>(index));
            return;
        }
        if (end == std::string_view::npos && name == "-") {
            here->items().push_back(tree_of(json));
            return;
        }
        if (end == std::string_view::npos && !indexed) {
            json.empty() ? here->remove(name) : here->set(name, tree_of(json));
            return;
        }
        JsonValue* next = indexed ? &here->items().at(index) : here->find(name);
        ASSERT_TRUE(next) << "nothing at " << name;
        if (end == std::string_view::npos) {
            *next = tree_of(json);
            return;
        }
        here = next;
        place.remove_prefix(end + 1);
    }
}

std::string edited(JsonValue message, const Edits& edits)
{
    for (const auto& [place, json] : edits)
        apply(message, place, json);
    return to_json(message);
}

JsonValue referral_header(std::string_view event, std::string_view reason, std::string_view definition)
{
    auto header = tree_of(header_template);
    const std::string service = "https://fhir.nhs.uk/Id/dos-service-id|9999000104";
    header.find("destination")->items().front().set("endpoint", service);
    header.find("eventCoding")->set("code", event);
    header.set("reason",
               JsonValue::object({{"coding", JsonValue::array({JsonValue::object({{"code", reason}})})}}));
    header.set("definition", "https://fhir.nhs.uk/MessageDefinition/" + std::string(definition));
    return header;
}

JsonValue referral_parts(JsonValue header, JsonValue referral)
{
    return message_of({entry_of("1", std::move(header)), entry_of("2", std::move(referral)),
                       entry_of("3", tree_of(patient_template)),
                       entry_of("4", organisation_of("A11111", "Larkhill Surgery")),
                       entry_of("5", organisation_of("ZZ901", "Northmoor Integrated Urgent Care"))});
}

} // namespace

std::string target(std::string_view service_id)
{
    return fhir::bars::encode_header(
        JsonValue::object({{"system", "https://fhir.nhs.uk/Id/dos-service-id"}, {"value", service_id}}));
}

std::string organisation(std::string_view ods)
{
    return fhir::bars::encode_header(tree_of(
        R"({"resourceType":"Organization","identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":")" +
        std::string(ods) + R"("}],"name":"Northmoor Hub"})"));
}

BarsFaceTest::BarsFaceTest()
{
    gateway::observability::set_level(gateway::observability::Level::error);
    const auto practice = *fhir::OdsCode::parse("A11111"), other = *fhir::OdsCode::parse("A22222");
    std::vector<gateway::policy::BookableService> services{
        {"9999000101", "Larkhill Surgery same-day GP", {practice}, {}, {"a7t1", "a1t2"}},
        {"9999000102", "Larkhill GPs", {practice}, gateway::policy::SessionPatterns({"GP*"}), {"a7t1"}},
        {"9999000103", "Elsewhere", {other}, {}, {"a7t1"}, false},
        {"9999000104", "Larkhill Surgery same-day GP and referrals", {practice}, {}, {"a7t1"}, true, true}};
    directory_ = std::make_shared<const gateway::policy::Directory>(
        std::vector<std::shared_ptr<const gateway::policy::Practice>>(),
        std::vector<gateway::policy::Federation>{
            {"Northmoor", {practice}, {*fhir::OdsCode::parse("ZZ901"), *fhir::OdsCode::parse("ZZ902")}}},
        std::move(services));
    tasks_ = gateway::workflow::make_task_service({task_store_, clock_, random_},
                                                  {"https://gateway.example.net/fhir/R4"});
    face_ = gateway::faces::make_bars_face(
        {identity_,
         search_,
         booking_,
         *tasks_,
         [this] { return directory_; },
         clock_,
         random_,
         metrics_,
         {"https://gateway.example.net/bars/FHIR/R4", std::chrono::milliseconds(4800), {"ab12"}},
         &recorded_,
         &limiter_});
    search_.held.push_back(nurse_book(3));
}

BarsFaceTest::~BarsFaceTest()
{
    gateway::observability::set_level(gateway::observability::Level::info);
}

fhir::rest::Response BarsFaceTest::send(std::string method, std::string path, Fields fields, std::string body)
{
    fhir::rest::Request request;
    request.method = std::move(method);
    request.target = "/bars/FHIR/R4/" + std::move(path);
    request.body = std::move(body);
    Fields all{{"Authorization", "Bearer good"},
               {"Accept", "application/fhir+json; version=1.1.0"},
               {"Content-Type", "application/fhir+json; version=1.1.0"},
               {"X-Request-Id", "0e6a1f5c-3b7d-4d28-8c94-5f1e2a3b4c01"},
               {"X-Correlation-Id", "7d2c9b80-1e4f-4a63-b5d7-c8e9f0a1b201"},
               {"NHSD-Target-Identifier", target("9999000101")},
               {"NHSD-End-User-Organisation", organisation("ZZ901")},
               {"NHSD-Requesting-Software", "eyJyZXNvdXJjZVR5cGUiOiJEZXZpY2UifQ=="}};
    for (const auto& [name, value] : all)
        request.headers.add(name, value);
    for (auto& [name, value] : fields) {
        if (name == "certificate") {
            request.client_certificate_sha256 = value;
            continue;
        }
        request.headers.remove(name);
        if (!value.empty())
            request.headers.add(name, std::move(value));
    }
    return run(face_->handle(std::move(request)));
}

void BarsFaceTest::name_booker()
{
    fhir::Reference organisation;
    organisation.identifier = fhir::Box(fhir::identifier_of(fhir::ods_organisation_system, "ZZ901"));
    fhir::Extension booker;
    booker.url = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BookingOrganization";
    booker.value = std::move(organisation);
    booking_.versions.back().resource.extension.push_back(std::move(booker));
}

std::string BarsFaceTest::booking(const Edits& edits)
{
    const auto found = json_of(get(std::string(slot_search)));
    const JsonValue* slot = nullptr;
    const JsonValue* schedule = nullptr;
    const JsonValue* service = nullptr;
    for (const JsonValue& entry : found.find("entry")->items()) {
        const std::string type = entry.find("resource")->find("resourceType")->text();
        const JsonValue*& wanted = type == "Slot" ? slot : type == "Schedule" ? schedule : service;
        wanted = wanted ? wanted : &entry;
    }
    auto appointment = tree_of(appointment_template);
    appointment.set("slot",
                    JsonValue::array({JsonValue::object({{"reference", slot->find("fullUrl")->text()}})}));
    return edited(message_of({entry_of("1", tree_of(header_template)), entry_of("2", std::move(appointment)),
                              entry_of("3", tree_of(patient_template)),
                              entry_of("4", organisation_of("A11111", "Larkhill Surgery")),
                              entry_of("5", organisation_of("ZZ901", "Northmoor Integrated Urgent Care")),
                              *slot, *schedule, *service}),
                  edits);
}

std::string BarsFaceTest::cancellation(const Edits& edits)
{
    auto header = tree_of(header_template);
    header.set("reason", tree_of(R"({"coding":[{"code":"update"}]})"));
    header.set("definition", "https://fhir.nhs.uk/MessageDefinition/bars-message-booking-request-cancelled");
    auto appointment = tree_of(appointment_template);
    appointment.set("id", FakeBooking::new_id);
    appointment.set("status", "cancelled");
    appointment.set("cancelationReason", tree_of(R"({"text":"Caller says symptoms have resolved"})"));
    return edited(message_of({entry_of("1", std::move(header)), entry_of("2", std::move(appointment)),
                              entry_of("3", tree_of(patient_template)),
                              entry_of("4", organisation_of("A11111", "Larkhill Surgery")),
                              entry_of("5", organisation_of("ZZ901", "Northmoor Integrated Urgent Care"))}),
                  edits);
}

std::string BarsFaceTest::referral(const Edits& edits)
{
    auto message = referral_parts(
        referral_header("servicerequest-request", "new", "bars-message-servicerequest-request-referral"),
        tree_of(referral_template));
    auto& entries = message.find("entry")->items();
    entries.push_back(
        entry_of("6", tree_of(R"({"resourceType":"CarePlan","status":"completed","intent":"plan",)"
                              R"("title":"Speak to a GP within two hours"})")));
    entries.push_back(entry_of("7", tree_of(R"({"resourceType":"Encounter","status":"triaged"})")));
    return edited(std::move(message), edits);
}

std::string BarsFaceTest::referral_cancellation(const std::string& id, const Edits& edits)
{
    auto referral = tree_of(referral_template);
    if (!id.empty())
        referral.set("id", id);
    referral.set("status", "revoked");
    referral.set("note", tree_of(R"([{"text":"Caller has gone to hospital"}])"));
    return edited(referral_parts(referral_header("servicerequest-request", "update",
                                                 "bars-message-servicerequest-request-cancelled"),
                                 std::move(referral)),
                  edits);
}

std::string BarsFaceTest::feedback(const Edits& edits)
{
    auto header =
        referral_header("servicerequest-response", "new", "bars-message-servicerequest-response-referral");
    header.set("response", tree_of(R"({"identifier":"79e3c1d5-2a4b-4c6d-8e0f-1a2b3c4d5e01","code":"ok"})"));
    auto referral = tree_of(referral_template);
    referral.set("status", "revoked");
    referral.set("note", tree_of(R"([{"text":"The patient did not come"}])"));
    return edited(referral_parts(std::move(header), std::move(referral)), edits);
}

std::string refusal_in(const fhir::rest::Response& response)
{
    return std::to_string(response.status) + " " + text_at(response, "issue/0/details/coding/0/code") + " " +
           text_at(response, "issue/0/code");
}

} // namespace tests
