// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/r4/local_names.hpp"
#include "adapters/slot_memo.hpp"

#include <map>
#include <string>
#include <vector>

namespace adapters::r4
{

/// A slot as it came: most are known already and need not be read.
struct SlotEntry
{
    AnswerRow row;    ///< its entry; of one that is known, the note is the reference to its schedule
    const Node* tree; ///< nullptr when it is known

    std::string_view schedule() const
    {
        return tree != nullptr ? view_at(*tree, {"schedule", "reference"}) : row.known->note;
    }
};

/// A search for slots as it was answered, with what came with them by `Type/id`. Not yet translated.
struct SlotBundle
{
    std::vector<Document> answers; ///< what the rest points into
    std::vector<MarkedText> known; ///< and the known slots
    std::vector<SlotEntry> slots;
    std::map<std::string, const Node*, std::less<>> others;
    std::vector<std::string> warnings;

    /// Any resource but a slot.
    void add_other(const Node& resource)
    {
        others.emplace(text_of(resource, "resourceType") + "/" + text_of(resource, "id"), &resource);
    }
    const Node* find(const LocalReference& reference) const
    {
        const auto found = others.find(reference.text());
        return found == others.end() ? nullptr : found->second;
    }
};

} // namespace adapters::r4
