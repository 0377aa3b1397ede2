// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/search/slot_query.hpp"
#include "gateway/search/federated_search.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gateway::search
{

/// A book together with what was booked through us since it was read, and what is held now.
struct BookView
{
    std::shared_ptr<const Book> book;
    std::vector<std::string> taken; ///< slot ids
    std::vector<std::string> held;  ///< slot ids
};

/// The slots of one book that a query wants. Everything about schedules and kinds of slot is decided once per
/// book; each slot then costs a few comparisons.
BookMatches match_slots(const BookView& view, const fhir::search::SlotQuery& query);

/// The identifiers of `Practitioner/x`, `Location/x`, … in a book; empty when it does not hold it.
std::vector<fhir::Identifier> identifiers_in(const Book& book, std::string_view reference);

/// Whether the query asks for schedules only by naming this practice's ODS code: then all of them are meant.
bool asks_for_whole_practice(const Book& book, const fhir::search::SlotQuery& query);

/// Whether a schedule of the book fulfils `schedule`, `schedule.actor` and the chains.
bool schedule_matches(const Book& book, std::string_view schedule_reference,
                      const fhir::search::SlotQuery& query);

} // namespace gateway::search
