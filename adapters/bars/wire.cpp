// SPDX-License-Identifier: Apache-2.0
#include "adapters/bars/wire.hpp"

namespace adapters::bars::wire
{

namespace
{

std::unexpected<fhir::Error> unreadable_answer(std::string what)
{
    fhir::Error error(fhir::ErrorKind::supplier_malformed);
    error.from_supplier(std::move(what));
    return std::unexpected(error);
}

bool has_next(const Node& bundle)
{
    for (const auto* link : items_of(bundle, "link"))
        if (view_of(*link, "relation") == "next")
            return true;
    return false;
}

} // namespace

AnswerNames::AnswerNames(const Place& place)
    : LocalNames(place.ods, place.identifier_base), root_(place.service_root)
{}

void AnswerNames::add(std::string_view full_url, const Node& resource)
{
    const r4::LocalReference name{text_of(resource, "resourceType"), text_of(resource, "id")};
    if (full_url.empty() || !fhir::is_id(name.id))
        return;
    urls_.emplace(name.text(), full_url);
    by_url_.emplace(full_url, name);
}

std::optional<r4::LocalReference> AnswerNames::local(std::string_view reference) const
{
    if (const auto found = by_url_.find(reference); found != by_url_.end())
        return found->second;
    if (reference.starts_with(root_))
        reference.remove_prefix(root_.size());
    return r4::relative_reference(reference);
}

std::string AnswerNames::url_of(const r4::LocalReference& resource) const
{
    const auto found = urls_.find(resource.text());
    return found == urls_.end() ? std::string() : found->second;
}

fhir::Result<Document> read_tree(std::string_view json)
{
    auto tree = Document::parse(json);
    if (!tree)
        return unreadable_answer(tree.error().sentence());
    if (!tree->root().is_object())
        return unreadable_answer("body is no JSON object");
    return tree;
}

fhir::Result<Document> read_searchset(std::string_view json)
{
    auto tree = read_tree(json);
    if (tree && (!is_resource(tree->root(), "Bundle") || view_of(tree->root(), "type") != "searchset"))
        return unreadable_answer("a search was answered with no searchset Bundle");
    return tree;
}

namespace
{

/// `names_slots`: whether references to slots will be asked for.
fhir::Result<Answer> read_marked_slots(MarkedText& text, const Place& place, bool names_slots)
{
    auto tree = read_searchset(text.text());
    if (!tree)
        return std::unexpected(tree.error());
    Answer answer{{}, AnswerNames(place), {}};
    answer.bundle.answers.push_back(std::move(*tree));
    const Node& root = answer.bundle.answers.front().root();
    for (const auto* entry : items_of(root, "entry")) {
        for (const KnownRow* row : text.take(*entry))
            answer.bundle.slots.push_back({*row, nullptr});
        const Node* resource = member_of(*entry, "resource");
        if (resource == nullptr || !resource->is_object() || is_resource(*resource, "OperationOutcome"))
            continue;
        const bool is_slot = is_resource(*resource, "Slot");
        if (!is_slot || names_slots)
            answer.names.add(view_of(*entry, "fullUrl"), *resource);
        if (is_slot)
            answer.bundle.slots.push_back({entry->source(), resource});
        else
            answer.bundle.add_other(*resource);
    }
    // BaRS has no paging: whoever pages nevertheless has more than this.
    if (has_next(root))
        answer.bundle.warnings.push_back("The practice's system sent only a part of its slots.");
    return answer;
}

} // namespace

fhir::Result<Answer> read_slots(std::string_view json, const Place& place, SlotMemo* memo)
{
    // Whoever only searches refers to no slot.
    const bool names_slots = memo == nullptr;
    return read_marked(json, memo,
                       [&](MarkedText& text) { return read_marked_slots(text, place, names_slots); });
}

Outcome read_outcome(std::string_view json)
{
    const auto tree = Document::parse(json);
    if (!tree || !is_resource(tree->root(), "OperationOutcome"))
        return {};
    return {true, text_at(tree->root(), {"issue", "code"}),
            text_at(tree->root(), {"issue", "details", "coding", "code"})};
}

} // namespace adapters::bars::wire
