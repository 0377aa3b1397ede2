// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/r4/slot_bundle.hpp"
#include "fhir/outcome/error.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What a receiver sends, taken apart but not yet translated.
namespace adapters::bars::wire
{

/// Whose ids and references are read.
struct Place
{
    fhir::OdsCode ods;
    std::string identifier_base;
    std::string service_root; ///< with a slash at the end
};

/// The references of one answer: entries are named by their fullUrl, `urn:uuid:…`, which says nothing
/// outside.
class AnswerNames : public r4::LocalNames
{
public:
    explicit AnswerNames(const Place& place);

    void add(std::string_view full_url, const Node& resource);
    std::optional<r4::LocalReference> local(std::string_view reference) const override;
    /// The fullUrl of a resource in the answer; empty when it had none.
    std::string url_of(const r4::LocalReference& resource) const;

private:
    std::string root_;
    std::map<std::string, r4::LocalReference, std::less<>> by_url_;
    std::map<std::string, std::string, std::less<>> urls_; ///< by `Type/id`
};

/// Resources of a searchset, outcomes left out.
struct Answer
{
    r4::SlotBundle bundle;
    AnswerNames names;
    std::vector<MarkedText> known; ///< what those slots point into that are known
};
/// `supplier_malformed` for what is no searchset. `memo`: slots that it knows are not read.
fhir::Result<Answer> read_slots(std::string_view json, const Place& place, SlotMemo* memo = nullptr);

/// A JSON object, or `supplier_malformed`.
fhir::Result<Document> read_tree(std::string_view json);
/// A searchset Bundle, or `supplier_malformed`.
fhir::Result<Document> read_searchset(std::string_view json);

/// What an OperationOutcome says; all empty when the body is none.
struct Outcome
{
    bool present = false;
    std::string issue; ///< type of the first: `conflict`
    std::string code;  ///< `REC_CONFLICT`
};
Outcome read_outcome(std::string_view json);

} // namespace adapters::bars::wire
