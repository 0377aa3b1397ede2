// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/sandbox_demo.hpp"

#include "adapters/upstream/upstream.hpp"
#include "fhir/codec/json_value.hpp"
#include "fhir/model/nhs_number.hpp"
#include "fhir/model/uk_time.hpp"
#include "gateway/awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <vector>

namespace gateway::cli
{

namespace
{

using adapters::upstream::Call;
using adapters::upstream::Effect;
using adapters::upstream::HttpsUpstream;
using fhir::Result;
using fhir::codec::JsonValue;

constexpr std::string_view fhir_json = "application/fhir+json";

struct FreeSlot
{
    std::string id, start, end, ods, kind;
    bool face_to_face = false;
};

const std::string& text_at(const JsonValue& value, std::initializer_list<std::string_view> path)
{
    static const std::string none;
    const JsonValue* here = &value;
    for (const std::string_view step : path) {
        if (here->is_array())
            here = here->items().empty() ? nullptr : &here->items().front();
        here = here ? here->find(step) : nullptr;
        if (!here)
            return none;
    }
    return here->text();
}

/// A client of its own: one TLS connection to the gateway (or to a control interface), the way any consumer
/// has it.
class Visitor
{
public:
    static Result<std::unique_ptr<Visitor>> make(const std::string& base_url, const DemoFacts& facts)
    {
        adapters::upstream::Endpoint endpoint;
        endpoint.name = "sandbox";
        endpoint.base_url = base_url + "/";
        endpoint.ca_file = facts.ca_file;
        auto upstream = adapters::upstream::make_https_upstream(std::move(endpoint));
        if (!upstream)
            return std::unexpected(upstream.error());
        return std::unique_ptr<Visitor>(new Visitor(std::move(*upstream), facts.token, base_url));
    }

    Result<JsonValue> get(std::string target) { return exchange("GET", std::move(target), {}, Effect::read); }
    Result<JsonValue> post(std::string target, const JsonValue& body)
    {
        return exchange("POST", std::move(target), to_json(body), Effect::write);
    }
    /// The part of an absolute link that this visitor may ask for.
    std::string relative(const std::string& url) const { return url.substr(base_.size() + 1); }

private:
    Visitor(std::unique_ptr<HttpsUpstream> upstream, std::string token, std::string base)
        : upstream_(std::move(upstream)), token_(std::move(token)), base_(std::move(base))
    {}

    Result<JsonValue> exchange(std::string method, std::string target, std::string body, Effect effect)
    {
        Call call;
        call.request.method = std::move(method);
        call.request.target = std::move(target);
        call.request.headers.set("Authorization", "Bearer " + token_);
        if (!body.empty())
            call.request.headers.set("Content-Type", std::string(fhir_json));
        call.request.body = std::move(body);
        call.effect = effect;
        call.limit = std::chrono::seconds(10);
        call.operation = "demo";
        auto answer = send(std::move(call));
        if (!answer)
            return std::unexpected(answer.error());
        auto json = fhir::codec::parse_json(answer->body.view());
        if (json && answer->status >= 400)
            return fhir::fail(fhir::ErrorKind::internal, text_at(*json, {"issue", "details", "text"}));
        return json;
    }

    Result<fhir::rest::Response> send(Call call)
    {
        std::optional<Result<fhir::rest::Response>> answer;
        boost::asio::co_spawn(context_, upstream_->send(std::move(call)),
                              [&](std::exception_ptr failure, Result<fhir::rest::Response> result) {
                                  if (!failure)
                                      answer = std::move(result);
                              });
        context_.restart();
        while (!answer && context_.run_one() > 0)
            ;
        return answer ? std::move(*answer) : fhir::fail(fhir::ErrorKind::internal);
    }

    boost::asio::io_context context_{1};
    std::unique_ptr<HttpsUpstream> upstream_;
    std::string token_;
    std::string base_;
};

FreeSlot read_slot(const JsonValue& slot)
{
    FreeSlot free;
    free.id = text_at(slot, {"id"});
    free.start = text_at(slot, {"start"});
    free.end = text_at(slot, {"end"});
    free.ods = free.id.substr(0, free.id.find('.'));
    free.kind = text_at(slot, {"serviceType", "text"});
    free.face_to_face = text_at(slot, {"extension", "valueCodeableConcept", "coding", "code"}) == "In-person";
    return free;
}

Result<std::vector<FreeSlot>> search(Visitor& visitor, fhir::Instant from, fhir::Instant to)
{
    std::vector<FreeSlot> slots;
    std::string target = fmt::format("Slot?status=free&start=ge{}&start=lt{}&_count=500",
                                     fhir::to_utc_text(from), fhir::to_utc_text(to));
    while (!target.empty()) {
        auto page = visitor.get(target);
        if (!page)
            return std::unexpected(page.error());
        target.clear();
        const JsonValue* entries = page->find("entry");
        for (const JsonValue& entry : entries ? entries->items() : std::vector<JsonValue>{})
            if (text_at(entry, {"search", "mode"}) == "match")
                slots.push_back(read_slot(*entry.find("resource")));
        for (const JsonValue& link : page->find("link")->items())
            if (text_at(link, {"relation"}) == "next")
                target = visitor.relative(text_at(link, {"url"}));
    }
    return slots;
}

void print_search(const std::vector<FreeSlot>& slots, const DemoFacts& facts)
{
    fmt::print("  {:<8}{:<33}{:<12}{:>6}   {}\n", "ODS", "Practice", "System", "free", "first free slot");
    for (const auto& [ods, practice] : facts.practices) {
        const auto first = std::ranges::find(slots, ods, &FreeSlot::ods);
        fmt::print("  {:<8}{:<33}{:<12}{:>6}   {}\n", ods, practice.first, practice.second,
                   std::ranges::count(slots, ods, &FreeSlot::ods),
                   first == slots.end() ? "-"
                                        : fmt::format("{}  {}", first->start.substr(0, 16), first->kind));
    }
}

JsonValue appointment_for(const FreeSlot& slot, const DemoFacts& facts)
{
    const JsonValue patient = JsonValue::object(
        {{"type", "Patient"},
         {"identifier",
          JsonValue::object({{"system", fhir::nhs_number_system}, {"value", facts.patient_nhs_number}})}});
    const JsonValue participant =
        JsonValue::object({{"actor", patient}, {"required", "required"}, {"status", "accepted"}});
    return JsonValue::object(
        {{"resourceType", "Appointment"},
         {"status", "booked"},
         {"description", "Ear pain, two days"},
         {"start", slot.start},
         {"end", slot.end},
         {"slot", JsonValue::array({JsonValue::object({{"reference", "Slot/" + slot.id}})})},
         {"created", fhir::to_uk_text(facts.now)},
         {"participant", JsonValue::array({participant})}});
}

Result<void> print_booking(const JsonValue& booked, const FreeSlot& slot, const DemoFacts& facts)
{
    auto control = Visitor::make(facts.control_base + "/" + slot.ods, facts);
    if (!control)
        return std::unexpected(control.error());
    const auto book = (*control)->get("book");
    if (!book)
        return std::unexpected(book.error());
    const std::string local = slot.id.substr(slot.ods.size() + 1);
    for (const JsonValue& row : book->find("slots")->items())
        if (text_at(row, {"slot"}) == local) {
            fmt::print("  {:<24}Appointment/{}, {}\n", "the gateway says", text_at(booked, {"id"}),
                       text_at(booked, {"status"}));
            fmt::print("  {:<24}slot {}, {}, {} to {}\n", "the practice's own book", local,
                       text_at(row, {"status"}), text_at(row, {"start"}), text_at(row, {"end"}));
            return {};
        }
    return fhir::fail(fhir::ErrorKind::internal,
                      "The practice's own book does not show the slot that was booked.");
}

} // namespace

Result<void> show_demo(const DemoFacts& facts)
{
    auto visitor = Visitor::make(facts.fhir_base, facts);
    if (!visitor)
        return std::unexpected(visitor.error());

    const fhir::Date tomorrow(std::chrono::sys_days(fhir::uk_date(facts.now)) + std::chrono::days(1));
    const fhir::Instant from = fhir::uk_day(tomorrow).start;
    const auto slots = search(**visitor, from, from + std::chrono::days(3));
    if (!slots)
        return std::unexpected(slots.error());
    fmt::print("One search over {} practices, as {}: {} free slots in three days\n\n", facts.practices.size(),
               facts.client_name, slots->size());
    print_search(*slots, facts);

    const auto slot = std::ranges::find_if(*slots, &FreeSlot::face_to_face);
    if (slot == slots->end())
        return fhir::fail(fhir::ErrorKind::internal, "The search found no face-to-face slot to book.");
    const auto booked = (*visitor)->post("Appointment", appointment_for(*slot, facts));
    if (!booked)
        return std::unexpected(booked.error());
    const auto& practice = facts.practices.at(slot->ods);
    fmt::print("\nOne booking: {} at {} ({}), {}, for {}\n\n", slot->kind, practice.first, practice.second,
               slot->start.substr(0, 16), facts.patient_name);
    return print_booking(*booked, *slot, facts);
}

} // namespace gateway::cli
