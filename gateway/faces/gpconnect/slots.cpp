// SPDX-License-Identifier: Apache-2.0
#include "gateway/faces/gpconnect/handlers.hpp"
#include "gateway/faces/gpconnect/practice_slots.hpp"
#include "gateway/faces/gpconnect/profiles.hpp"
#include "gateway/faces/gpconnect/slot_request.hpp"
#include "gateway/faces/gpconnect/wire.hpp"

#include "fhir/model/id.hpp"
#include "gateway/faces/context.hpp"

#include <map>
#include <set>
#include <vector>

namespace gateway::faces::gpconnect
{

namespace
{

/// The consumer as it names itself in the filters: restricted slots are shown to whom they are for. A code
/// that is not its own shows nothing more than none.
identity::Caller as_filtered(const Call& call, const SlotRequest& wanted)
{
    identity::Caller caller = *call.consumer;
    caller.organisation_type = wanted.type;
    caller.named_in_search = wanted.organisation == caller.ods.text();
    return caller;
}

std::string_view id_in(std::string_view reference)
{
    return reference.substr(reference.find('/') + 1);
}

fhir::Slot profile_of(const adapters::SlotRow& row)
{
    return to_profile(row.slot(), row.json().version());
}

/// Gathers the slots and what they refer to, each once.
class SlotBundle
{
public:
    SlotBundle(const Call& call, const SlotRequest& wanted) : call_(call), wanted_(wanted) {}

    void add(const search::SlotHit& hit)
    {
        book_ = hit.book;
        slots_.push_back(hit.slot);
        const auto& reference = hit.slot->common().schedule.reference;
        const std::string_view schedule = reference ? *reference : std::string_view();
        const fhir::Interval times{hit.slot->start(), hit.slot->end()};
        auto known = sessions_.find(schedule);
        if (known == sessions_.end())
            known = sessions_.emplace(schedule, times).first;
        known->second.start = std::min(known->second.start, times.start);
        known->second.end = std::max(known->second.end, times.end);
    }

    void write_to(fhir::rest::OutBuffer& out)
    {
        if (call_.answer == Format::json)
            return write_json(out);
        for (const auto* slot : slots_)
            add_entry(bundle_, profile_of(*slot));
        add_sessions();
        write(call_.answer, bundle_, out);
    }

private:
    /// A slot's JSON is kept with it, and put in front of what else there is.
    void write_json(fhir::rest::OutBuffer& out)
    {
        add_sessions();
        fhir::rest::OutBuffer rest;
        write(Format::json, bundle_, rest);
        constexpr std::string_view opening = "\"entry\":[";
        const std::string_view text = rest.view();
        const auto entries = text.find(opening);
        if (slots_.empty() || entries == text.npos)
            return out.append(text);
        out.append(text.substr(0, entries + opening.size()));
        for (const auto* slot : slots_) {
            out.append("{\"resource\":");
            out.append(slot->stu3_json([&] {
                fhir::rest::OutBuffer json;
                write(Format::json, profile_of(*slot), json);
                return std::string(json.view());
            }));
            out.append("},");
        }
        out.append(text.substr(entries + opening.size()));
    }

    void add_sessions()
    {
        for (const auto& [reference, slots] : sessions_)
            if (const auto* schedule = search::find(book_->schedules, id_in(reference)))
                add_session(*schedule, slots);
        // Sent with any slot, asked for or not: a known issue of the specification that consumers lean on.
        if (book_)
            add_entry(bundle_, to_profile(*call_.practice, book_.get()));
    }

    void add_session(const fhir::Schedule& schedule, fhir::Interval slots)
    {
        add_entry(bundle_, to_profile(schedule, *book_, slots));
        const ScheduleActors actors = actors_of(schedule, *book_);
        for (const std::string& reference : actors.practitioners)
            if (wanted_.practitioners && added_.insert(reference).second)
                add_practitioner(reference);
        if (wanted_.locations && added_.insert(actors.location).second)
            add_location(actors.location);
    }

    void add_practitioner(const std::string& reference)
    {
        if (const auto* practitioner = search::find(book_->practitioners, id_in(reference)))
            add_entry(bundle_, to_profile(*practitioner));
    }

    void add_location(const std::string& reference)
    {
        const auto* location = search::find(book_->locations, id_in(reference));
        add_entry(bundle_, location ? to_profile(*location, call_.ods()) : main_location(*call_.practice));
    }

    const Call& call_;
    const SlotRequest& wanted_;
    fhir::Bundle bundle_ = searchset();
    std::shared_ptr<const search::Book> book_;
    std::vector<const adapters::SlotRow*> slots_; ///< of the search's result, which outlives this
    std::map<std::string, fhir::Interval, std::less<>>
        sessions_; ///< of each schedule, the stretch of its free slots
    std::set<std::string> added_;
};

/// Names the consumer, the practice, the format and everything that is asked.
std::string page_key(const Call& call)
{
    return "gpconnect\n" + call.consumer->ods.text() + "\n" + call.ods() +
           (call.answer == Format::xml ? "\nxml\n" : "\njson\n") + std::string(call.request.query());
}

} // namespace

Answered search_slots(const Call& call, const GpConnectServices& services)
{
    Reply reply;
    const std::string key = page_key(call);
    const auto kept = asks_for_source(call.request) ? nullptr : services.search.kept_page(key);
    if (kept) {
        reply.body.append(*kept);
        co_return reply;
    }
    const std::uint64_t changes = services.search.changes();
    const auto wanted = read_slot_request(call);
    if (!wanted)
        co_return std::unexpected(wanted.error());
    auto found =
        co_await practice_slots(call, services, as_filtered(call, *wanted), {wanted->start, wanted->end});
    if (!found)
        co_return std::unexpected(found.error());
    SlotBundle bundle(call, *wanted);
    for (const auto& hit : (*found)->page(0, (*found)->total))
        if (hit.slot->end() <= wanted->end)
            bundle.add(hit);
    bundle.write_to(reply.body);
    services.search.keep_page(key, changes, reply.body.view());
    co_return reply;
}

} // namespace gateway::faces::gpconnect
