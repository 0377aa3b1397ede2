// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/gather.hpp"

#include <algorithm>

namespace gateway::search
{

namespace
{

fhir::Error too_late(const policy::Practice& practice, std::chrono::milliseconds deadline)
{
    fhir::Error error(fhir::ErrorKind::supplier_timeout, practice.ods.text() + " " + practice.name +
                                                             " did not answer within " +
                                                             std::to_string(deadline.count()) + " ms.");
    error.advise("Search again in a moment, or ring the practice.");
    return error;
}

fhir::Error not_live(const policy::Practice& practice)
{
    return fhir::Error(fhir::ErrorKind::practice_not_live,
                       practice.ods.text() + " " + practice.name + " is not connected yet.");
}

/// The fan-out of one search: which practice has answered, which is being asked, which is still to be asked.
class Fan
{
public:
    Fan(BookCache& cache, std::vector<std::shared_ptr<const policy::Practice>> practices, Question question)
        : cache_(cache), question_(std::move(question))
    {
        for (auto& practice : practices) {
            auto error = too_late(*practice, question_.deadline);
            answers_.push_back({std::move(practice), std::unexpected(std::move(error))});
        }
    }

    /// Takes what the cache has; true when some practice must be asked.
    bool answer_from_cache()
    {
        for (std::size_t i = 0; i < answers_.size(); ++i) {
            const policy::Practice& practice = *answers_[i].practice;
            auto cached = from_cache(practice);
            if (cached)
                answers_[i].view = std::move(*cached);
            else if (!practice.adapter)
                answers_[i].view = std::unexpected(not_live(practice));
            else
                waiting_.push_back(i);
        }
        begin_with_the_slowest();
        return !waiting_.empty();
    }

    void ask_more(const Executor& executor, Watch& watch)
    {
        while (!waiting_.empty() && flying_.size() < question_.max_parallel) {
            const std::size_t i = waiting_.back();
            waiting_.pop_back();
            auto flight =
                cache_.fetch(executor, answers_[i].practice, question_.window, question_.provenance);
            watch.add(flight);
            flying_.push_back({i, std::move(flight)});
        }
    }

    /// True when some practice has answered since the last look.
    bool take_landed()
    {
        const auto landed = std::erase_if(flying_, [&](const Asked& asked) {
            auto outcome = asked.flight->outcome();
            if (outcome)
                settle(answers_[asked.practice], *asked.flight, std::move(*outcome));
            return outcome.has_value();
        });
        return landed > 0;
    }

    bool done() const { return waiting_.empty() && flying_.empty(); }
    std::vector<Answer> answers() { return std::move(answers_); }

private:
    struct Asked
    {
        std::size_t practice;
        std::shared_ptr<Flight> flight;
    };

    /// Whoever answers last decides when the search is over; who did not answer at all keeps nobody waiting.
    void begin_with_the_slowest()
    {
        std::vector<std::pair<adapters::Monotonic::duration, std::size_t>> waits;
        for (const std::size_t i : waiting_)
            waits.push_back(
                {cache_.of(*answers_[i].practice, question_.provenance)->last_wait(), answers_.size() - i});
        std::ranges::sort(waits);
        std::ranges::transform(waits, waiting_.begin(),
                               [&](const auto& wait) { return answers_.size() - wait.second; });
    }

    std::optional<BookView> from_cache(const policy::Practice& practice) const
    {
        const auto books = cache_.of(practice, question_.provenance);
        if (!question_.any_window)
            return books->covering(question_.window, question_.now, question_.max_age);
        return books->newest([&](const Book& book) { return question_.now - book.seen < question_.max_age; });
    }

    void settle(Answer& answer, const Flight& flight, BookResult outcome)
    {
        if (outcome)
            answer.view =
                cache_.of(*answer.practice, question_.provenance)->view(flight, std::move(*outcome));
        else
            answer.view = std::unexpected(std::move(outcome.error()));
    }

    BookCache& cache_;
    Question question_;
    std::vector<Answer> answers_;
    std::vector<std::size_t> waiting_; ///< the next one last
    std::vector<Asked> flying_;
};

} // namespace

Awaitable<std::vector<Answer>>
gather(BookCache& cache, std::vector<std::shared_ptr<const policy::Practice>> practices, Question question)
{
    const auto deadline = adapters::Monotonic::now() + question.deadline;
    Fan fan(cache, std::move(practices), std::move(question));
    if (!fan.answer_from_cache())
        co_return fan.answers();
    const auto executor = co_await boost::asio::this_coro::executor;
    Watch watch(std::make_shared<Waiter>(executor, deadline));
    while (true) {
        fan.ask_more(executor, watch);
        if (fan.take_landed() && !fan.done())
            continue;
        const auto cancellation = co_await boost::asio::this_coro::cancellation_state;
        const bool cancelled = cancellation.cancelled() != boost::asio::cancellation_type::none;
        if (fan.done() || cancelled || watch.waiter().expired())
            co_return fan.answers();
        co_await watch.waiter().wait();
    }
}

} // namespace gateway::search
