// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/fhir_r4/ids.hpp"
#include "adapters/r4/slot_bundle.hpp"
#include "fhir/outcome/error.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What a server sends, taken apart but not yet translated.
namespace adapters::fhir_r4::wire
{

/// One page of a search.
struct Page
{
    Document answer;
    std::vector<const Node*> resources; ///< point into `answer`; neither slots nor outcomes
    std::vector<r4::SlotEntry> slots;   ///< also
    std::vector<MarkedText> known;      ///< what those slots point into that are known
    std::string next;                   ///< as the server wrote it; empty on the last page
    std::size_t matches = 0;            ///< entries but for included ones and outcomes
    std::optional<std::size_t> total;   ///< matches on all pages, where the server says so
};

/// A search that has been followed to its end.
struct Collected
{
    std::vector<Document> answers; ///< what `resources` points into
    std::vector<const Node*> resources;
    std::vector<r4::SlotEntry> slots;
    std::vector<MarkedText> known;
    bool complete = true; ///< false: the rest stands where it cannot be followed to

    void add(Page page);
};

/// What an OperationOutcome says; all empty when the body is none.
struct Outcome
{
    bool present = false;
    std::string code;    ///< issue type of the first error: `conflict`
    std::string details; ///< code of its details
};

/// A JSON object, or `supplier_malformed`.
fhir::Result<Document> read_tree(std::string_view json);
/// A searchset Bundle, or `supplier_malformed`.
/// `memo`: slots that it knows are not read.
fhir::Result<Page> read_page(std::string_view json, SlotMemo* memo = nullptr);
r4::SlotBundle slot_bundle(Collected search);
/// Everything of another search's answer but slots.
void add(r4::SlotBundle& bundle, Collected more);
Outcome read_outcome(std::string_view json);

/// `Patient/…` of the one patient that takes part; nothing for none or several.
std::optional<LocalReference> patient_of(const Node& appointment, const Ids& ids);
/// The server's ids of its slots, in order.
std::vector<std::string> slots_of(const Node& appointment, const Ids& ids);

} // namespace adapters::fhir_r4::wire
