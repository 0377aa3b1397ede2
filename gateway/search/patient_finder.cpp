// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/patient_finder.hpp"

#include "adapters/upstream/deadline.hpp"
#include "fhir/model/id.hpp"
#include "gateway/policy/stranger.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <map>
#include <mutex>

namespace gateway::search
{

namespace
{

using Practices = std::vector<std::shared_ptr<const policy::Practice>>;

/// Who found which patient, for later reads. Bounded: the oldest goes first.
class Memory
{
public:
    Memory(const adapters::Clock& clock, const PatientFinderSettings& settings)
        : clock_(clock), settings_(settings)
    {}

    void keep(const fhir::OdsCode& consumer, const std::string& id, const fhir::NhsNumber& number)
    {
        const std::lock_guard lock(mutex_);
        const auto until = clock_.now() + settings_.remember;
        known_.insert_or_assign(Key{consumer, id}, Known{number, until});
        if (known_.size() > settings_.max_remembered)
            known_.erase(
                std::ranges::min_element(known_, {}, [](const auto& entry) { return entry.second.until; }));
    }

    std::optional<fhir::NhsNumber> number(const fhir::OdsCode& consumer, const std::string& id)
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(Key{consumer, id});
        if (found == known_.end())
            return std::nullopt;
        if (found->second.until > clock_.now())
            return found->second.number;
        known_.erase(found);
        return std::nullopt;
    }

private:
    using Key = std::pair<fhir::OdsCode, std::string>;
    struct Known
    {
        fhir::NhsNumber number;
        fhir::Instant until;
    };

    const adapters::Clock& clock_;
    PatientFinderSettings settings_;
    std::mutex mutex_;
    std::map<Key, Known> known_;
};

adapters::FindPatient question(const identity::Caller& caller, const fhir::NhsNumber& number,
                               const std::string& request_id)
{
    adapters::FindPatient query{.provenance = {}, .patient = {number, std::nullopt, std::nullopt}};
    query.provenance.organisation_ods = caller.ods.text();
    query.provenance.organisation_name = caller.name;
    query.provenance.organisation_type = caller.organisation_type;
    query.provenance.organisation_phone = caller.organisation_phone;
    query.provenance.request_id = request_id;
    return query;
}

/// One answer place per practice and a bell for when all have answered. Shared by the coroutines of one
/// search, all on one thread.
struct Asking
{
    Asking(Practices asked, adapters::FindPatient query_, std::chrono::milliseconds limit_,
           adapters::Executor executor)
        : practices(std::move(asked)), query(std::move(query_)), limit(limit_), bell(executor),
          answers(practices.size())
    {
        bell.expires_at(adapters::Timer::time_point::max());
    }

    Practices practices;
    adapters::FindPatient query;
    std::chrono::milliseconds limit;
    adapters::Timer bell;
    std::vector<std::optional<fhir::Result<fhir::Patient>>> answers;
    std::size_t next = 0;
    std::size_t workers = 0;
};

/// Takes practice after practice until none is left: that many of these run as practices may be asked at
/// once.
Awaitable<void> ask_practices(std::shared_ptr<Asking> asking)
{
    while (asking->next < asking->practices.size()) {
        const std::size_t place = asking->next++;
        auto answer = co_await adapters::within(
            asking->limit, asking->practices[place]->adapter->find_patient(asking->query));
        asking->answers[place] = std::move(answer);
    }
}

void start_worker(const std::shared_ptr<Asking>& asking, const adapters::Executor& executor)
{
    ++asking->workers;
    boost::asio::co_spawn(executor, ask_practices(asking), [asking](std::exception_ptr) {
        if (--asking->workers == 0)
            asking->bell.cancel();
    });
}

Awaitable<std::shared_ptr<Asking>> ask_all(Practices practices, adapters::FindPatient query,
                                           PatientFinderSettings settings)
{
    auto executor = co_await boost::asio::this_coro::executor;
    const std::size_t workers = std::min(practices.size(), settings.max_parallel);
    auto asking = std::make_shared<Asking>(std::move(practices), std::move(query), settings.limit, executor);
    for (std::size_t i = 0; i < workers; ++i)
        start_worker(asking, executor);
    if (workers > 0) {
        auto rung = co_await asking->bell.async_wait(boost::asio::as_tuple(adapters::use_awaitable));
        (void)rung;
    }
    co_return asking;
}

bool is_unknown_there(const fhir::Error& error)
{
    return error.kind() == fhir::ErrorKind::patient_not_found || error.kind() == fhir::ErrorKind::not_found;
}

MissingPractice missing(const policy::Practice& practice, fhir::Error error)
{
    return {practice.ods, practice.name, std::move(error)};
}

fhir::Error cannot_be_asked(const adapters::Capabilities& can)
{
    fhir::Error error(fhir::ErrorKind::not_supported_by_practice);
    if (!can.needs_patient_link)
        return error;
    error = fhir::Error(fhir::ErrorKind::not_supported_by_practice,
                        "This practice's system cannot be asked who its patients are.");
    return error.advise(
        "Book with the patient's NHS number, name and birth date; no search is needed for that.",
        fhir::Remedy::caller);
}

class Finder : public PatientFinder
{
public:
    Finder(std::function<std::shared_ptr<const policy::Directory>()> directory, const adapters::Clock& clock,
           PatientFinderSettings settings, const policy::Consents* consents)
        : directory_(std::move(directory)), clock_(clock), settings_(settings), consents_(consents),
          memory_(clock, settings)
    {}

    Awaitable<FoundPatients> find(identity::Caller caller, fhir::NhsNumber number,
                                  std::string request_id) override
    {
        FoundPatients found;
        Practices asked = practices_for(caller.ods, found);
        const auto hidden = hide(asked, caller.ods, number, request_id);
        auto asking = co_await ask_all(std::move(asked), question(caller, number, request_id), settings_);
        for (std::size_t i = 0; i < asking->practices.size(); ++i)
            sort_in(*asking->practices[i], asking->answers[i], found);
        for (const auto& patient : found.patients)
            memory_.keep(caller.ods, patient.id.value_or(""), number);
        for (const policy::ConsentQuestion& question : hidden)
            co_await consents_->write_refusal(question);
        co_return found;
    }

    Awaitable<fhir::Result<fhir::Patient>> read(identity::Caller caller, std::string id,
                                                std::string request_id) override
    {
        const auto practice_id = fhir::PracticeId::parse(id);
        const auto number = memory_.number(caller.ods, id);
        const auto directory = directory_();
        if (!practice_id || !number || !directory->shares(practice_id->ods, caller.ods, clock_.now()))
            co_return std::unexpected(unknown_id());
        const auto practice = directory->practice(practice_id->ods);
        if (!practice)
            co_return std::unexpected(unknown_id());
        const policy::ConsentQuestion seen{*number, practice->ods, caller.ods, request_id};
        if (policy::hides(consents_, seen)) { // like an id that was never found
            co_await consents_->write_refusal(seen);
            co_return std::unexpected(unknown_id());
        }
        auto patient = co_await adapters::within(
            settings_.limit, practice->adapter->find_patient(question(caller, *number, request_id)));
        if (patient && patient->id != id)
            co_return std::unexpected(unknown_id());
        co_return patient;
    }

    std::optional<fhir::NhsNumber> remembered(const fhir::OdsCode& consumer, const std::string& id) override
    {
        return memory_.number(consumer, id);
    }

private:
    static fhir::Error unknown_id()
    {
        return fhir::Error(fhir::ErrorKind::not_found)
            .advise("Search for the patient by NHS number first: "
                    "Patient?identifier=https://fhir.nhs.uk/Id/nhs-number|...");
    }

    /// Practices that can be asked; those that cannot are named in `found`.
    Practices practices_for(const fhir::OdsCode& consumer, FoundPatients& found) const
    {
        Practices asked;
        for (const auto& practice : directory_()->visible_to(consumer, clock_.now())) {
            const adapters::Capabilities& can = practice->adapter->capabilities();
            if (can.find_patient && !can.needs_patient_link)
                asked.push_back(practice);
            else
                found.missing.push_back(missing(*practice, cannot_be_asked(can)));
        }
        return asked;
    }

    /// Puts a system that does not know the patient in the place of each from which they are hidden.
    std::vector<policy::ConsentQuestion> hide(Practices& asked, const fhir::OdsCode& consumer,
                                              const fhir::NhsNumber& number,
                                              const std::string& request_id) const
    {
        std::vector<policy::ConsentQuestion> hidden;
        for (auto& practice : asked) {
            policy::ConsentQuestion question{number, practice->ods, consumer, request_id};
            if (!policy::hides(consents_, question))
                continue;
            practice = policy::without_patient(practice);
            hidden.push_back(std::move(question));
        }
        return hidden;
    }

    static void sort_in(const policy::Practice& practice, std::optional<fhir::Result<fhir::Patient>>& answer,
                        FoundPatients& found)
    {
        if (!answer)
            found.missing.push_back(missing(practice, fhir::Error(fhir::ErrorKind::supplier_error)));
        else if (*answer)
            found.patients.push_back(std::move(**answer));
        else if (!is_unknown_there(answer->error()))
            found.missing.push_back(missing(practice, answer->error()));
    }

    std::function<std::shared_ptr<const policy::Directory>()> directory_;
    const adapters::Clock& clock_;
    PatientFinderSettings settings_;
    const policy::Consents* consents_;
    Memory memory_;
};

} // namespace

std::unique_ptr<PatientFinder>
make_patient_finder(std::function<std::shared_ptr<const policy::Directory>()> directory,
                    const adapters::Clock& clock, PatientFinderSettings settings,
                    const policy::Consents* consents)
{
    return std::make_unique<Finder>(std::move(directory), clock, settings, consents);
}

} // namespace gateway::search
