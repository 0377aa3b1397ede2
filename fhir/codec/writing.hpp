// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/codec/json.hpp"
#include "fhir/schema/schema.hpp"

#include <string_view>
#include <vector>

/// What writers of every format have in common. For this folder's own files.
namespace fhir::codec
{

bool is_subset(const WriteOptions& options);
/// Whether an answer in that form carries a resource's element (FHIR R4 search, _summary and _elements).
bool carries(const WriteOptions& options, const schema::ElementInfo& element);
/// The tag that says so, beside what `meta` (nullptr: none) has.
Meta subsetted(const Meta* meta);
/// The contained resources that the part of a resource refers to: others may not stand in it (dom-3), and
/// these may not be missing (ref-1).
std::vector<const AnyResource*> referred_contained(const schema::TypeInfo& type, const void* resource,
                                                   const WriteOptions& options);

/// id and extensions of one primitive, or nullptr.
const PrimitiveExtras* extra_of(const schema::TypeInfo& type, const void* owner, std::string_view name,
                                std::size_t index);
/// The same for one value after the other, in one pass.
class ExtrasOf
{
public:
    ExtrasOf(const schema::TypeInfo& type, const void* owner, std::string_view name);
    /// `index`: greater than in the call before.
    const PrimitiveExtras* at(std::size_t index);

private:
    std::vector<const PrimitiveExtras*> sorted_;
    std::size_t next_ = 0;
};

/// Under which name a choice is written that holds that alternative.
const schema::ChoiceInfo* chosen_name(const schema::ElementInfo& info, const void* owner, std::size_t held);

} // namespace fhir::codec
