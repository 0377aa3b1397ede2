// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/writing.hpp"

#include <algorithm>

namespace fhir::codec
{

using schema::ChoiceInfo;
using schema::ElementInfo;
using schema::TypeInfo;
using Summary = WriteOptions::Summary;

bool is_subset(const WriteOptions& options)
{
    return options.summary != Summary::full || !options.elements.empty();
}

bool carries(const WriteOptions& options, const ElementInfo& element)
{
    if (element.required || element.kept || element.name == "id" || element.name == "meta")
        return true;
    const bool in_form = options.summary == Summary::full ||
                         (options.summary == Summary::summary && element.summary) ||
                         (options.summary == Summary::text && element.name == "text") ||
                         (options.summary == Summary::data && element.name != "text");
    if (!in_form || options.elements.empty())
        return in_form;
    return std::ranges::find(options.elements, element.name) != options.elements.end();
}

Meta subsetted(const Meta* meta)
{
    Meta marked = meta ? *meta : Meta{};
    const auto is_mark = [](const Coding& tag) { return tag.code && tag.code->text == "SUBSETTED"; };
    if (std::ranges::none_of(marked.tag, is_mark)) {
        Coding tag;
        tag.system = Uri("http://terminology.hl7.org/CodeSystem/v3-ObservationValue");
        tag.code = Code("SUBSETTED");
        marked.tag.push_back(std::move(tag));
    }
    return marked;
}

const PrimitiveExtras* extra_of(const TypeInfo& type, const void* owner, std::string_view name,
                                std::size_t index)
{
    const auto& all = *type.extras(const_cast<void*>(owner));
    const auto found = std::ranges::find_if(
        all, [&](const PrimitiveExtras& extra) { return extra.element == name && extra.index == index; });
    return found == all.end() ? nullptr : &*found;
}

ExtrasOf::ExtrasOf(const TypeInfo& type, const void* owner, std::string_view name)
{
    for (const PrimitiveExtras& extra : *type.extras(const_cast<void*>(owner)))
        if (extra.element == name)
            sorted_.push_back(&extra);
    if (!std::ranges::is_sorted(sorted_, {}, &PrimitiveExtras::index)) // readers keep them so
        std::ranges::sort(sorted_, {}, &PrimitiveExtras::index);
}

const PrimitiveExtras* ExtrasOf::at(std::size_t index)
{
    while (next_ < sorted_.size() && sorted_[next_]->index < index)
        ++next_;
    return next_ < sorted_.size() && sorted_[next_]->index == index ? sorted_[next_] : nullptr;
}

const ChoiceInfo* chosen_name(const ElementInfo& info, const void* owner, std::size_t held)
{
    const std::string* noted = info.choice->name ? info.choice->name(const_cast<void*>(owner)) : nullptr;
    const ChoiceInfo* chosen = nullptr;
    for (const auto& candidate : info.choice->choices) {
        if (candidate.alternative != held)
            continue;
        if (!chosen)
            chosen = &candidate;
        if (noted && *noted == candidate.name)
            chosen = &candidate;
    }
    return chosen;
}

} // namespace fhir::codec
