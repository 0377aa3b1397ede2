// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/book_cache.hpp"

#include "fhir/model/uk_time.hpp"
#include "gateway/observability/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>

namespace gateway::search
{

namespace
{

/// Lands its flight in every case, also when the coroutine is thrown away with its io_context: nobody waits
/// for ever.
class Landing
{
public:
    Landing(std::shared_ptr<PracticeBooks> books, std::shared_ptr<Flight> flight)
        : books_(std::move(books)), flight_(std::move(flight))
    {}
    ~Landing()
    {
        if (books_)
            books_->land(flight_, fhir::fail(fhir::ErrorKind::supplier_unavailable));
    }
    Landing(const Landing&) = delete;
    Landing& operator=(const Landing&) = delete;
    Landing(Landing&&) = default;

    void land(BookResult result) { std::exchange(books_, nullptr)->land(flight_, std::move(result)); }
    const Flight& flight() const { return *flight_; }

private:
    std::shared_ptr<PracticeBooks> books_;
    std::shared_ptr<Flight> flight_;
};

struct Errand
{
    std::shared_ptr<const policy::Practice> practice;
    adapters::Provenance provenance;
    const adapters::Clock* clock;
    std::chrono::milliseconds limit;
    std::string public_base;
};

/// A search speaks for the practice's service account, not for a patient.
fhir::Error of_search(fhir::Error error)
{
    if (error.kind() != fhir::ErrorKind::link_invalid)
        return error;
    return fhir::Error(fhir::ErrorKind::link_invalid,
                       "The practice's system does not accept the account that this gateway searches with.")
        .advise("Ask the practice for a new service account and put it into the practice's "
                "search_identity_file.",
                fhir::Remedy::operator_)
        .from_supplier(error.supplier_code());
}

Awaitable<void> fly(Landing landing, Errand errand)
{
    const fhir::Interval window = landing.flight().window();
    adapters::FindSlots query{window, errand.provenance, errand.practice->search_identity};
    auto asked = errand.practice->adapter->find_slots(std::move(query));
    auto found = co_await adapters::within(errand.limit, std::move(asked));
    if (!found) {
        landing.land(std::unexpected(of_search(found.error())));
        co_return;
    }
    landing.land(std::make_shared<const Book>(errand.practice->ods, window, errand.clock->now(),
                                              std::move(*found), errand.public_base));
}

void report(std::exception_ptr failure, const std::string& ods)
{
    if (!failure)
        return;
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        observability::log(observability::Level::error, "book.fetch_failed",
                           {{"practice", ods}, {"error", std::string(error.what())}});
    }
}

} // namespace

std::shared_ptr<PracticeBooks> BookCache::of(const policy::Practice& practice,
                                             const adapters::Provenance& consumer)
{
    Key key{practice.ods, {}};
    if (practice.adapter && practice.adapter->capabilities().view_per_consumer)
        key.second =
            (consumer.named_in_search ? consumer.organisation_ods : "-") + "/" + consumer.organisation_type;
    {
        const std::shared_lock lock(mutex_);
        const auto found = practices_.find(key);
        if (found != practices_.end())
            return found->second;
    }
    const std::lock_guard lock(mutex_);
    auto& books = practices_[key];
    if (!books)
        books = std::make_shared<PracticeBooks>(changes_, held_);
    return books;
}

std::vector<std::shared_ptr<PracticeBooks>> BookCache::all_of(const fhir::OdsCode& ods) const
{
    const std::shared_lock lock(mutex_);
    std::vector<std::shared_ptr<PracticeBooks>> all;
    for (auto row = practices_.lower_bound({ods, {}}); row != practices_.end() && row->first.first == ods;
         ++row)
        all.push_back(row->second);
    return all;
}

std::shared_ptr<Flight> BookCache::fetch(Executor executor,
                                         const std::shared_ptr<const policy::Practice>& practice,
                                         fhir::Interval window, const adapters::Provenance& provenance)
{
    auto books = of(*practice, provenance);
    auto [flight, is_new] = books->join(whole_days(window, clock_.now()));
    if (!is_new)
        return flight;
    Errand errand{practice, provenance, &clock_, flight_limit_, public_base_};
    boost::asio::co_spawn(executor, fly(Landing(std::move(books), flight), std::move(errand)),
                          [ods = practice->ods.text()](std::exception_ptr failure) { report(failure, ods); });
    return flight;
}

fhir::Interval whole_days(fhir::Interval window, fhir::Instant now)
{
    const fhir::Instant today = fhir::uk_day(fhir::uk_date(now)).start;
    const fhir::Instant start = std::max(window.start, today);
    const fhir::Instant last = std::max(window.end - std::chrono::milliseconds(1), start);
    return {fhir::uk_day(fhir::uk_date(start)).start, fhir::uk_day(fhir::uk_date(last)).end};
}

} // namespace gateway::search
