// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"
#include "fhir/model/text_scan.hpp"
#include "fhir/schema/release.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The one declaration of every FHIR type. A struct lists its members once, in the order of R4, in a table of
/// `ElementInfo` (declare.hpp makes the rows); reading, writing, validating, `_elements` and `_summary` walk
/// that table. Cardinality follows from the member's C++ type: `T` is 1..1, `std::optional<T>` 0..1,
/// `std::vector<T>` 0..*; `at_least_one` makes a vector 1..*. All tables are constant-initialised, so they
/// may refer to each other in circles.
namespace fhir::schema
{

enum class Kind : std::uint8_t
{
    boolean,
    number, ///< integers and decimals: bare in JSON
    text,   ///< every other primitive: quoted in JSON
    complex,
    resource, ///< an AnyResource: contained, Bundle.entry.resource
    other,    ///< OtherValue: JSON text kept as it came
};

struct TypeInfo;

/// One wire name of a choice element, `valueCodeableConcept`.
struct ChoiceInfo
{
    std::string_view name;
    std::string_view key; ///< `"valueCodeableConcept":`
    const TypeInfo* type;
    std::size_t alternative; ///< index in the variant; several names may share one
};

struct ChoiceSet
{
    std::span<const ChoiceInfo> choices;
    std::size_t (*held)(const void* owner); ///< index in the variant, 0 for none
    const void* (*get)(const void* owner);
    void* (*make)(void* owner, std::size_t alternative);
    /// Where the owner notes which of several names was used; nullptr when names and alternatives are one to
    /// one.
    std::string* (*name)(void* owner);
};

struct ElementInfo
{
    std::string_view name; ///< FHIR name; for a choice the stem without `[x]`
    std::string_view key;  ///< `"name":`
    const TypeInfo* type;  ///< nullptr for a choice
    const ChoiceSet* choice;
    bool required;
    bool many;
    bool summary;
    bool kept; ///< an invariant of the resource asks for it, so that a part of the resource carries it too
    bool attribute; ///< in XML, where all else is an element
    std::size_t (*count)(const void* owner);
    const void* (*get)(const void* owner, std::size_t index);
    /// Adds a default value and returns it; for a single element the value itself, made present.
    void* (*add)(void* owner);
};

struct TypeInfo
{
    std::string_view name; ///< `Slot`, `CodeableConcept`, `string`
    Kind kind;
    std::span<const ElementInfo> elements = {};
    /// Codes of a required binding.
    std::span<const std::string_view> codes = {};
    /// Primitives: the value as text, valid as long as value and scratch.
    std::string_view (*text)(const void* value, TextFill& scratch) = nullptr;
    /// Primitives: false when the text is not a value of the type.
    bool (*parse)(void* value, std::string_view text) = nullptr;
    /// What is expected, for error sentences: `a date such as 2026-06-15`.
    std::string_view expected = {};
    std::vector<PrimitiveExtras>* (*extras)(void* value) = nullptr;
    /// Resources: a new one, empty.
    AnyResource (*make)() = nullptr;
    /// The same type as STU3 has it; nullptr when it is no different but for the types of its elements.
    const TypeInfo* stu3 = nullptr;
    /// What tables cannot say, as when an extension carries an element. After reading: makes the value what
    /// the model holds.
    void (*received)(void* value) = nullptr;
    /// Before writing: the value as this release says it, in `made` when it is another than that of the
    /// model.
    const void* (*sent)(const void* value, std::shared_ptr<const void>& made) = nullptr;

    const TypeInfo& in(Release release) const
    {
        return release == Release::r4 || stu3 == nullptr ? *this : *stu3;
    }
};

inline bool is_primitive(const TypeInfo& type)
{
    return type.kind == Kind::boolean || type.kind == Kind::number || type.kind == Kind::text;
}

/// Every resource type of a release, as R4 declares it: `in` gives the other table.
std::span<const TypeInfo* const> resource_types(Release release = Release::r4);
const TypeInfo* find_resource_type(std::string_view name, Release release = Release::r4);

} // namespace fhir::schema
