// SPDX-License-Identifier: Apache-2.0
#include "adapters/vision/client.hpp"

#include "adapters/refusals.hpp"
#include "adapters/vision/linkage.hpp"
#include "adapters/vision/vision.hpp"

#include <charconv>
#include <span>
#include <unordered_set>

namespace adapters::vision
{

using fhir::ErrorKind;
using fhir::Result;

namespace
{

constexpr int default_page = 500;
constexpr int largest_page = 1000;
/// More than any practice has in a window; a pager that never ends does so here.
constexpr std::size_t most_slots = 20'000;

int page_size_of(const PracticeConfig& practice)
{
    const auto text = setting_of(practice.settings, "slots_per_page");
    int size = default_page;
    std::from_chars(text.data(), text.data() + text.size(), size);
    return size >= 1 && size <= largest_page ? size : default_page;
}

/// The ids of pages, which outlive it. Mostly there is one page, and nothing to compare it with.
class SeenSlots
{
public:
    /// Whether the page holds a slot that no page before it held.
    bool brings_more(const WireSlots& page, std::span<const WireSlots> before)
    {
        if (before.empty())
            return !page.slots.empty();
        if (before.size() == 1)
            add(before.front());
        return add(page);
    }
    /// Distinct ones, from the second page on.
    std::size_t size() const { return ids_.size(); }

private:
    bool add(const WireSlots& page)
    {
        bool more = false;
        for (const auto& slot : page.slots)
            more = ids_.insert(slot.id).second || more;
        return more;
    }

    std::unordered_set<std::string_view> ids_;
};

} // namespace

Client::Client(const PracticeConfig& practice, upstream::Upstream& upstream, const Clock& clock,
               Random& random)
    : practice_{practice.ods, practice.name, practice.identifier_base}, read_limit_(practice.read_limit),
      write_limit_(practice.write_limit), search_identity_(setting_of(practice.settings, "search_identity")),
      linkage_path_(setting_of(practice.settings, "linkage_path", default_linkage_path(practice.ods))),
      slots_per_page_(page_size_of(practice)), clock_(clock), capabilities_(supplier_system().capabilities),
      calls_(upstream, practice.ods,
             {setting_of(practice.settings, "user_name"), setting_of(practice.settings, "provider_id")},
             Signer::make(setting_of(practice.settings, "signing_key"),
                          setting_of(practice.settings, "signing_certificate")),
             clock, random, &memo_),
      accounts_(calls_, clock)
{}

Awaitable<Result<PracticeSettings>> Client::practice_settings(Provenance)
{
    if (search_identity_.empty())
        co_return std::unexpected(no_search_identity());
    const Budget budget(read_limit_);
    const Speaker speaker{search_identity_, std::nullopt};
    const auto configuration = co_await accounts_.configuration(speaker, budget);
    if (!configuration)
        co_return std::unexpected(configuration.error());
    PracticeSettings settings;
    settings.appointments_enabled = (*configuration)->appointments_enabled;
    settings.guidance = (*configuration)->guidance;
    if (!settings.appointments_enabled)
        co_return settings;
    const auto listed = co_await appointments(speaker, budget);
    if (!listed)
        co_return std::unexpected(listed.error());
    settings.booking_reason = listed->takes_reason ? Necessity::optional : Necessity::not_requested;
    co_return settings;
}

/// A full page may not be the last one: the reply does not say.
Awaitable<Result<Client::Pages>> Client::pages(Speaker speaker, std::vector<std::string> locations,
                                               WireDays days, Budget budget)
{
    Pages found;
    SeenSlots seen;
    for (WirePage page{1, slots_per_page_};; ++page.number) {
        Question question{Service::slots, {}, {}, {}, slots_contents(page, locations, days)};
        auto answer = co_await accounts_.send(speaker, std::move(question), budget);
        if (!answer)
            co_return std::unexpected(answer.error());
        auto slots = read_slots(*answer);
        if (!slots)
            co_return std::unexpected(slots.error());
        const bool full = slots->slots.size() >= static_cast<std::size_t>(page.slots);
        const bool more = full && seen.brings_more(*slots, found.all);
        found.all.push_back(std::move(*slots));
        found.complete = !full || !more || seen.size() < most_slots;
        if (!full || !more || !found.complete)
            co_return found;
    }
}

Awaitable<Result<FoundSlots>> Client::find_slots(FindSlots query)
{
    const Speaker speaker{query.search_identity ? query.search_identity->credential : search_identity_,
                          std::nullopt};
    if (speaker.credential.empty())
        co_return std::unexpected(no_search_identity());
    const Budget budget(read_limit_);
    const auto configuration = co_await accounts_.configuration(speaker, budget);
    if (!configuration)
        co_return std::unexpected(configuration.error());
    const auto found = co_await pages(speaker, (*configuration)->locations, days_of(query.window), budget);
    if (!found)
        co_return std::unexpected(found.error());
    auto slots = map_slots(practice_, found->all, **configuration, query.window, memo_);
    if (!found->complete)
        slots.warnings.push_back("The practice's system sent more slots than are read; some are left out.");
    co_return slots;
}

/// The record behind the account, which was found to be the speaker's.
Awaitable<Result<fhir::Patient>> Client::record(Speaker speaker, Budget budget)
{
    const auto configuration = co_await accounts_.configuration(speaker, budget);
    if (!configuration)
        co_return std::unexpected(configuration.error());
    auto answer =
        co_await accounts_.send(std::move(speaker), {Service::demographics, {}, {}, {}, {}}, budget);
    if (!answer)
        co_return std::unexpected(answer.error());
    const auto demographics = read_demographics(*answer);
    if (!demographics)
        co_return std::unexpected(demographics.error());
    co_return map_patient(practice_, **configuration, *demographics);
}

Awaitable<Result<fhir::Patient>> Client::find_patient(FindPatient query)
{
    if (!query.patient.link)
        co_return fhir::fail(ErrorKind::link_invalid);
    // Details are compared when something is booked: a link just made must not be lost over a misspelt name.
    Speaker speaker{query.patient.link->credential, query.patient.number()};
    auto found = co_await record(std::move(speaker), Budget(read_limit_));
    co_return found;
}

std::unique_ptr<Adapter> make_adapter(const PracticeConfig& practice, upstream::Upstream& upstream,
                                      const Clock& clock, Random& random)
{
    return std::make_unique<Client>(practice, upstream, clock, random);
}

} // namespace adapters::vision
