// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/search/book_cache.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace gateway::search
{

/// What one search wants of every practice.
struct Question
{
    fhir::Interval window;
    std::chrono::milliseconds max_age{0}; ///< of a cached book; 0: go to the source
    bool any_window = false;              ///< a cached book will do whatever stretch of time it covers
    fhir::Instant now{};
    adapters::Provenance provenance;
    std::chrono::milliseconds deadline{3000}; ///< for all practices together
    std::size_t max_parallel = 64;
};

struct Answer
{
    std::shared_ptr<const policy::Practice> practice;
    fhir::Result<BookView> view;
};

/// Books of all practices, in their order: from the cache, or asked for side by side, at most `max_parallel`
/// at a time, those first that took longest last time. Who has not answered at the deadline gets
/// `supplier_timeout`; the question to that practice goes on and fills the cache.
Awaitable<std::vector<Answer>>
gather(BookCache& cache, std::vector<std::shared_ptr<const policy::Practice>> practices, Question question);

} // namespace gateway::search
