// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/faces/gpconnect/surgery.hpp"

#include "fhir/codec/format.hpp"
#include "fhir/model/base64url.hpp"
#include "gateway/observability/log.hpp"
#include "tests/support/asio_test.hpp"

#include <algorithm>
#include <charconv>

namespace tests::gpc
{

namespace
{

constexpr std::string_view prefix = "urn:nhs:names:services:gpconnect:fhir:";

gateway::policy::Practice practice_of(const adapters::simulation::PracticeSeed& seed,
                                      const adapters::SupplierSystem& system)
{
    return {*fhir::OdsCode::parse(seed.ods),
            seed.name,
            std::string(system.name),
            seed.phone,
            std::nullopt,
            nullptr,
            nullptr};
}

std::string scope_of(std::string_view interaction)
{
    for (const auto& row : gateway::faces::gpconnect::interactions())
        if (row.suffix == interaction)
            return std::string(row.scope);
    return "patient/*.read";
}

const JsonValue* child(const JsonValue& value, std::string_view name)
{
    std::size_t index = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), index).ec != std::errc())
        return value.is_object() ? value.find(name) : nullptr;
    return value.is_array() && index < value.items().size() ? &value.items()[index] : nullptr;
}

JsonValue identifier(std::string_view system, std::string_view value)
{
    return JsonValue::object({{"system", system}, {"value", value}});
}

} // namespace

std::string text_at(const JsonValue& root, std::string_view path)
{
    const JsonValue* value = &root;
    while (value && !path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        value = child(*value, path.substr(0, end));
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    if (!value)
        return {};
    return value->is_string() || value->is_number() ? value->text() : fhir::codec::to_json(*value);
}

std::string Reply::at(std::string_view path) const
{
    return text_at(body, path);
}

std::string Reply::outcome() const
{
    const std::string code = at("issue/0/details/coding/0/code");
    return std::to_string(status) + (code.empty() ? "" : " " + code);
}

std::vector<JsonValue> Reply::entries(std::string_view type) const
{
    std::vector<JsonValue> found;
    if (const auto* list = body.is_object() ? body.find("entry") : nullptr)
        for (const auto& entry : list->items())
            if (text_at(entry, "resource/resourceType") == type)
                found.push_back(*entry.find("resource"));
    return found;
}

Surgery::Surgery(std::string_view system, Format format, std::map<std::string, std::string> options,
                 const std::function<void(adapters::simulation::PracticeSeed&)>& change)
    : seed(practice_seed()), system_(*adapters::find_supplier_system(system)), format_(format)
{
    gateway::observability::set_level(gateway::observability::Level::error);
    for (auto& [name, value] : options)
        seed.options[name] = value;
    if (change)
        change(seed);
    host_ = std::make_unique<adapters::simulation::SimulatorHost>(
        [&](const adapters::Clock& skewed) { return system_.make_simulator(seed, skewed, random_); }, clock,
        random_);
    store_ = database_.open();
    open_practice();
    settings.public_origin = "https://gateway.example.net:8445";
    settings.version = "0.1.0";
    settings.started = FakeClock::default_start;
    settings.patient_secret = "secret of a test";
    settings.asids.emplace(*fhir::OdsCode::parse(seed.ods), practice_asid);
    settings.consumers =
        std::make_shared<gateway::identity::CurrentConsumers>(gateway::identity::CurrentConsumers::List{
            {std::string(certificate), std::string(consumer_asid), *fhir::OdsCode::parse("Z9H01"),
             "Wharfshire Hub", "01632960900"},
            {"bb22", "900000000999", *fhir::OdsCode::parse("Z9H02"), "Stranger", ""},
            {"dd44", "900000000922", *fhir::OdsCode::parse("Z9H03"), "Another Hub", ""}});
    restart_face();
}

Surgery::~Surgery()
{
    gateway::observability::set_level(gateway::observability::Level::info);
}

void Surgery::open_practice()
{
    auto practice = practice_of(seed, system_);
    practice.upstream = std::make_shared<adapters::simulation::SimulatedUpstream>(
        *host_, std::string(system_.simulator_path));
    auto facts = host_->simulator().client_settings();
    if (facts.contains("search_identity"))
        practice.search_identity = adapters::PatientLink{facts.at("search_identity")};
    practice.adapter = system_.make_adapter({practice.ods, practice.name, std::move(facts)},
                                            *practice.upstream, clock, random_);
    const fhir::OdsCode ods = practice.ods;
    directory_ = std::make_shared<gateway::policy::Directory>(
        std::vector<std::shared_ptr<const gateway::policy::Practice>>{
            std::make_shared<gateway::policy::Practice>(std::move(practice))},
        std::vector<gateway::policy::Federation>{
            {"north", {ods}, {*fhir::OdsCode::parse("Z9H01"), *fhir::OdsCode::parse("Z9H03")}}});
    std::vector<gateway::store::LinkRecord> links;
    for (const auto& patient : seed.patients)
        if (auto credential = host_->simulator().link_credential(patient.nhs_number);
            !credential.empty() && seed.options["unlinked"] != patient.nhs_number)
            links.push_back({seed.ods, patient.nhs_number, std::move(credential)});
    run(context_, store_->save_patient_links(std::move(links))).value();

    const auto snapshot = [this] { return directory_; };
    const std::string base = "https://gateway.example.net/fhir/R4";
    search_ = gateway::search::make_federated_search({snapshot, &clock, &random_, &metrics_, base}, {});
    patients_ = std::make_unique<gateway::search::PracticePatients>(
        gateway::search::KeptLinks{
            [this](std::string ods_code, std::string patient) {
                return store_->patient_link(std::move(ods_code), std::move(patient));
            },
            [this](std::string ods_code, std::string patient, std::string credential) {
                return store_->save_patient_links(
                    {{std::move(ods_code), std::move(patient), std::move(credential)}});
            }},
        std::chrono::seconds(3), &consents_);
    gateway::booking::ServiceSettings booking;
    booking.public_base = base;
    booking_ = gateway::booking::make_service(
        {*store_, snapshot, *search_, nullptr, clock, random_, metrics_, nullptr, &consents_}, booking);
}

void Surgery::restart_face()
{
    face_ = gateway::faces::make_gpconnect_face({*search_, *patients_, *booking_,
                                                 [this] { return directory_; }, clock, clock, random_,
                                                 metrics_, settings, nullptr, &limiter_, &consents_});
}

std::string Surgery::in_format(const JsonValue& body) const
{
    return format_ == Format::json ? fhir::codec::to_json(body) : to_xml(body);
}

Reply Surgery::reply_of(fhir::rest::Response response) const
{
    Reply reply{response.status, std::move(response.headers), std::string(response.body.view()), {}};
    const bool xml = reply.headers.get("Content-Type").starts_with("application/fhir+xml");
    std::string json = reply.text;
    if (xml) {
        const auto resource = fhir::codec::read_resource(reply.text, fhir::codec::stu3_xml);
        EXPECT_TRUE(resource.has_value()) << reply.text;
        fhir::rest::OutBuffer out;
        if (resource)
            fhir::codec::write(*resource, fhir::codec::stu3_json, out);
        json = out.view();
    }
    if (auto tree = fhir::codec::parse_json(json))
        reply.body = std::move(*tree);
    return reply;
}

fhir::rest::Request Surgery::request_of(std::string method, std::string target, std::string_view interaction,
                                        std::string body, Fields fields) const
{
    fhir::rest::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    request.client_certificate_sha256 = certificate_sent.value_or("");
    const std::string media = format_ == Format::json ? "application/fhir+json" : "application/fhir+xml";
    request.headers.set("Accept", media);
    if (!request.body.empty())
        request.headers.set("Content-Type", media);
    request.headers.set("Ssp-TraceID", "0197a2b0-0000-7000-8000-000000000001");
    request.headers.set("Ssp-From", std::string(consumer_asid));
    request.headers.set("Ssp-To", std::string(practice_asid));
    request.headers.set("Ssp-InteractionID", std::string(prefix) + std::string(interaction));
    request.headers.set("Authorization", "Bearer " + token(scope_of(interaction)));
    for (auto& [name, value] : fields) {
        request.headers.remove(name);
        if (!value.empty())
            request.headers.add(name, std::move(value));
    }
    return request;
}

Reply Surgery::raw(std::string method, std::string target, std::string_view interaction, std::string body,
                   Fields fields)
{
    auto request =
        request_of(std::move(method), std::move(target), interaction, std::move(body), std::move(fields));
    return reply_of(run(context_, face_->handle(std::move(request))));
}

std::vector<Reply> Surgery::post_at_once(const std::vector<JsonValue>& appointments)
{
    std::vector<Reply> replies;
    for (const auto& each : appointments)
        boost::asio::co_spawn(context_,
                              face_->handle(request_of("POST", root + "Appointment",
                                                       "rest:create:appointment-1", in_format(each), {})),
                              [&](std::exception_ptr failure, fhir::rest::Response response) {
                                  EXPECT_FALSE(failure);
                                  replies.push_back(reply_of(std::move(response)));
                              });
    context_.restart();
    context_.run();
    return replies;
}

Reply Surgery::send(std::string method, std::string path, std::string_view interaction, const JsonValue* body,
                    Fields headers)
{
    return raw(std::move(method), root + path, interaction, body ? in_format(*body) : std::string(),
               std::move(headers));
}

Reply Surgery::get(std::string path, std::string_view interaction, Fields headers)
{
    return send("GET", std::move(path), interaction, nullptr, std::move(headers));
}

Reply Surgery::post(const JsonValue& appointment, Fields headers)
{
    return send("POST", "Appointment", "rest:create:appointment-1", &appointment, std::move(headers));
}

Reply Surgery::amend(const std::string& id, const JsonValue& appointment, Fields headers)
{
    return send("PUT", "Appointment/" + id, "rest:update:appointment-1", &appointment, std::move(headers));
}

Reply Surgery::cancel(const std::string& id, const JsonValue& appointment, Fields headers)
{
    return send("PUT", "Appointment/" + id, "rest:cancel:appointment-1", &appointment, std::move(headers));
}

std::string Surgery::token(std::string_view scope) const
{
    return token(scope, [](JsonValue&) {});
}

std::string Surgery::token(std::string_view scope, const std::function<void(JsonValue&)>& change) const
{
    const auto issued = std::chrono::floor<std::chrono::seconds>(clock.now()).time_since_epoch().count();
    JsonValue payload = JsonValue::object(
        {{"iss", "https://hub.example.nhs.uk/"},
         {"sub", "u-7731"},
         {"aud", "https://authorize.fhir.nhs.net/token"},
         {"exp", std::int64_t{issued + 300}},
         {"iat", std::int64_t{issued}},
         {"reason_for_request", "directcare"},
         {"requested_scope", scope},
         {"requesting_device",
          JsonValue::object({{"resourceType", "Device"}, {"model", "Hub"}, {"version", "1"}})},
         {"requesting_organization",
          JsonValue::object({{"resourceType", "Organization"},
                             {"identifier", JsonValue::array({identifier(
                                                "https://fhir.nhs.uk/Id/ods-organization-code", "Z9H01")})},
                             {"name", "Wharfshire Hub"}})},
         {"requesting_practitioner",
          JsonValue::object(
              {{"resourceType", "Practitioner"},
               {"id", "u-7731"},
               {"identifier",
                JsonValue::array({identifier("https://fhir.nhs.uk/Id/sds-user-id", "555020002001")})},
               {"name", JsonValue::array({JsonValue::object(
                            {{"family", "Larkspur"}, {"given", JsonValue::array({"Dana"})}})})}})}});
    change(payload);
    return fhir::base64url_encode(R"({"alg":"none","typ":"JWT"})") + "." +
           fhir::base64url_encode(fhir::codec::to_json(payload)) + ".";
}

Reply Surgery::slots(std::string_view start, std::string_view end, std::string_view more)
{
    return get("Slot?status=free&_include=Slot:schedule&start=" + std::string(start) +
                   "&end=" + std::string(end) + std::string(more),
               "rest:search:slot-1");
}

std::string Surgery::patient(std::size_t n)
{
    const auto found =
        get("Patient?identifier=https://fhir.nhs.uk/Id/nhs-number%7C" + seed.patients[n].nhs_number,
            "rest:search:patient-1");
    EXPECT_EQ(found.status, 200u) << found.text;
    return found.at("entry/0/resource/id");
}

const std::vector<JsonValue>& Surgery::free_slots()
{
    if (free_.empty()) {
        const auto found = slots();
        EXPECT_EQ(found.status, 200u) << found.text;
        free_ = found.entries("Slot");
        std::ranges::sort(free_, {}, [](const JsonValue& slot) { return text_at(slot, "start"); });
    }
    return free_;
}

JsonValue Surgery::wanted(std::vector<std::size_t> which, std::size_t who)
{
    const auto& free = free_slots();
    JsonValue references = JsonValue::array();
    for (const auto index : which)
        references.items().push_back(
            JsonValue::object({{"reference", "Slot/" + text_at(free.at(index), "id")}}));
    const auto found = slots("ge2026-11-24", "le2026-11-27");
    std::string location;
    for (const auto& schedule : found.entries("Schedule"))
        if ("Schedule/" + text_at(schedule, "id") == text_at(free.at(which.front()), "schedule/reference"))
            location = text_at(schedule, "actor/0/reference");
    JsonValue wanted = parsed(R"({"resourceType":"Appointment",
        "meta":{"profile":["https://fhir.nhs.uk/STU3/StructureDefinition/GPConnect-Appointment-1"]},
        "contained":[{"resourceType":"Organization","id":"1",
            "meta":{"profile":["https://fhir.nhs.uk/STU3/StructureDefinition/CareConnect-GPC-Organization-1"]},
            "identifier":[{"system":"https://fhir.nhs.uk/Id/ods-organization-code","value":"Z9H01"}],
            "name":"Wharfshire Hub","telecom":[{"system":"phone","value":"01632960900","use":"work"}]}],
        "extension":[{"url":"https://fhir.nhs.uk/STU3/StructureDefinition/Extension-GPConnect-BookingOrganisation-1",
            "valueReference":{"reference":"#1"}}],
        "status":"booked","description":"Ear pain, two days","start":"","end":"","slot":[],
        "created":"2026-11-23T08:00:00+00:00","participant":[
            {"actor":{"reference":""},"status":"accepted"},{"actor":{"reference":""},"status":"accepted"}]})");
    wanted.set("start", text_at(free.at(which.front()), "start"));
    wanted.set("end", text_at(free.at(which.back()), "end"));
    wanted.set("slot", std::move(references));
    member(wanted, "participant/0/actor/reference") = "Patient/" + patient(who);
    member(wanted, "participant/1/actor/reference") = location;
    return wanted;
}

JsonValue Surgery::booked(std::vector<std::size_t> which, std::size_t who)
{
    const auto reply = post(wanted(std::move(which), who));
    EXPECT_EQ(reply.status, 201u) << reply.text;
    return reply.body;
}

std::string name_of(const testing::TestParamInfo<Conversation>& info)
{
    return std::string(info.param.system) + (info.param.format == Format::json ? "_json" : "_xml");
}

void PrintTo(const Conversation& each, std::ostream* out)
{
    *out << each.system << (each.format == Format::json ? " JSON" : " XML");
}

JsonValue& member(JsonValue& tree, std::string_view path)
{
    JsonValue* value = &tree;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        const auto name = path.substr(0, end);
        std::size_t index = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), index).ec == std::errc()) {
            if (value->is_null())
                *value = JsonValue::array();
            while (value->items().size() <= index)
                value->items().emplace_back();
            value = &value->items()[index];
        } else {
            if (value->is_null())
                *value = JsonValue::object();
            if (!value->find(name))
                value->set(name, JsonValue());
            value = value->find(name);
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return *value;
}

void drop(JsonValue& tree, std::string_view path)
{
    const auto slash = path.rfind('/');
    JsonValue& owner = slash == std::string_view::npos ? tree : member(tree, path.substr(0, slash));
    const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (owner.is_array())
        owner.items().erase(owner.items().begin() + (name.front() - '0'));
    else
        owner.remove(name);
}

JsonValue parsed(std::string_view json)
{
    auto tree = fhir::codec::parse_json(json);
    EXPECT_TRUE(tree.has_value()) << json;
    return tree ? std::move(*tree) : JsonValue();
}

} // namespace tests::gpc
