// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gateway/policy/directory.hpp"
#include "gateway/search/federated_search.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is published of slots that anybody may know of (SMART Scheduling Links): Location, Schedule and Slot
/// as NDJSON. No clinicians, no patients.
namespace gateway::faces::bulk
{

/// One line of a file.
struct Line
{
    std::string json;
    fhir::Instant changed{}; ///< when it was first published like this: `_since` is about that
    fhir::Instant start{};   ///< of a slot
};

/// By name, `Slot/A11111.s1`, in order.
using Lines = std::map<std::string, Line>;

/// Everything published at one moment. Never changes once made.
struct Publication
{
    fhir::Instant made{};
    Lines locations, schedules, slots;
    Lines errors; ///< OperationOutcomes: practices that did not answer
};

/// A public practice and what its book holds; nullptr when it did not answer.
struct PublicBook
{
    std::shared_ptr<const policy::Practice> practice;
    std::vector<search::SlotHit> slots; ///< free ones of its public sessions
    std::optional<fhir::Error> missing;
};

/// The next publication. A slot that was free in the one before and is not any more stays as busy until it
/// begins; one of a practice that did not answer stays as it was.
std::shared_ptr<const Publication> publish(const std::vector<PublicBook>& books,
                                           const std::shared_ptr<const Publication>& before,
                                           fhir::Instant now);

struct File
{
    std::string name; ///< `slots-2026-W11.ndjson`
    std::string type; ///< `Slot`
};
/// Slots in one file for each ISO week, as clients read only the weeks that they want.
std::vector<File> files_of(const Publication& publication);
/// The lines of that file that changed after `since`; nothing for a file that there is not.
std::optional<std::string> text_of(const Publication& publication, std::string_view name,
                                   std::optional<fhir::Instant> since);

} // namespace gateway::faces::bulk
