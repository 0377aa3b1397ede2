// SPDX-License-Identifier: Apache-2.0
#include "adapters/fhir_r4/wire.hpp"

namespace adapters::fhir_r4::wire
{

namespace
{

using fhir::ErrorKind;

fhir::Error unreadable_answer(std::string what)
{
    fhir::Error error(ErrorKind::supplier_malformed);
    error.from_supplier(std::move(what));
    return error;
}

std::string next_link(const Node& bundle)
{
    for (const auto* link : items_of(bundle, "link"))
        if (view_of(*link, "relation") == "next")
            return text_of(*link, "url");
    return {};
}

bool is_error(const Node& issue)
{
    const auto severity = view_of(issue, "severity");
    return severity == "error" || severity == "fatal";
}

/// Slots that are included with something else are never known: what a row counts for must not change.
void add_entry(Page& page, const Node& entry, MarkedText& text)
{
    const auto known = text.take(entry);
    for (const KnownRow* row : known)
        page.slots.push_back({*row, nullptr});
    page.matches += known.size();
    const Node* resource = member_of(entry, "resource");
    if (resource == nullptr || !resource->is_object() || is_resource(*resource, "OperationOutcome"))
        return;
    const bool matches = view_at(entry, {"search", "mode"}) != "include";
    page.matches += matches ? 1 : 0;
    if (is_resource(*resource, "Slot"))
        page.slots.push_back({matches ? entry.source() : resource->source(), resource});
    else
        page.resources.push_back(resource);
}

fhir::Result<Page> read_marked_page(MarkedText& text)
{
    auto tree = read_tree(text.text());
    if (!tree)
        return std::unexpected(tree.error());
    if (!is_resource(tree->root(), "Bundle") || view_of(tree->root(), "type") != "searchset")
        return std::unexpected(unreadable_answer("a search was answered with no searchset Bundle"));
    Page page{std::move(*tree), {}, {}, {}, {}, 0, {}};
    for (const auto* entry : items_of(page.answer.root(), "entry"))
        add_entry(page, *entry, text);
    if (const Node* total = member_of(page.answer.root(), "total"); total != nullptr && total->is_number())
        page.total = static_cast<std::size_t>(std::max<std::int64_t>(total->integer().value_or(0), 0));
    page.next = next_link(page.answer.root());
    return page;
}

} // namespace

void Collected::add(Page page)
{
    resources.insert(resources.end(), page.resources.begin(), page.resources.end());
    slots.insert(slots.end(), page.slots.begin(), page.slots.end());
    std::ranges::move(page.known, std::back_inserter(known));
    answers.push_back(std::move(page.answer));
}

void add(r4::SlotBundle& bundle, Collected more)
{
    for (const auto* resource : more.resources)
        bundle.add_other(*resource);
    for (auto& answer : more.answers)
        bundle.answers.push_back(std::move(answer));
}

fhir::Result<Document> read_tree(std::string_view json)
{
    auto tree = Document::parse(json);
    if (!tree)
        return std::unexpected(unreadable_answer(tree.error().sentence()));
    if (!tree->root().is_object())
        return std::unexpected(unreadable_answer("body is no JSON object"));
    return tree;
}

fhir::Result<Page> read_page(std::string_view json, SlotMemo* memo)
{
    return read_marked(json, memo, read_marked_page);
}

r4::SlotBundle slot_bundle(Collected search)
{
    r4::SlotBundle bundle;
    bundle.slots = std::move(search.slots);
    bundle.known = std::move(search.known);
    if (!search.complete)
        bundle.warnings.push_back(
            "The practice's system sent only a part of its slots; the rest could not be followed.");
    add(bundle, std::move(search));
    return bundle;
}

Outcome read_outcome(std::string_view json)
{
    Outcome found;
    const auto tree = Document::parse(json);
    if (!tree || !is_resource(tree->root(), "OperationOutcome"))
        return found;
    found.present = true;
    for (const auto* issue : items_of(tree->root(), "issue")) {
        if (!found.code.empty() && !is_error(*issue))
            continue;
        found.code = text_of(*issue, "code");
        found.details = std::string(view_at(*issue, {"details", "coding", "code"}));
        if (is_error(*issue))
            break;
    }
    return found;
}

std::optional<LocalReference> patient_of(const Node& appointment, const Ids& ids)
{
    std::optional<LocalReference> found;
    for (const auto* participant : items_of(appointment, "participant")) {
        auto actor = ids.local(view_at(*participant, {"actor", "reference"}));
        if (!actor || actor->type != "Patient")
            continue;
        if (found && *found != *actor)
            return std::nullopt;
        found = std::move(actor);
    }
    return found;
}

std::vector<std::string> slots_of(const Node& appointment, const Ids& ids)
{
    std::vector<std::string> found;
    for (const auto* slot : items_of(appointment, "slot"))
        if (auto reference = ids.local(view_of(*slot, "reference")); reference && reference->type == "Slot")
            found.push_back(std::move(reference->id));
    return found;
}

} // namespace adapters::fhir_r4::wire
