// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// The one declaration of every FHIR type. A resource struct lists its members once in a table of `ElementInfo`; reading,
/// writing, validating, `_elements` and `_summary` walk that table. Cardinality follows from the member's C++ type:
/// `T` is 1..1, `std::optional<T>` 0..1, `std::vector<T>` 0..*; `at_least_one` makes a vector 1..*.
namespace fhir::schema
{

enum class Kind : std::uint8_t
{
    boolean,
    integer,
    positive_int,
    unsigned_int,
    decimal, ///< text, digits kept
    string,
    markdown,
    uri, ///< also url, canonical, oid, uuid
    id,
    code,    ///< free code
    enumerated, ///< code with a required binding, a C++ enum
    base64,
    instant,
    date_time,
    date,
    time,
    xhtml,
    complex,  ///< a struct with elements of its own
    resource, ///< any resource: contained, Bundle.entry.resource
    raw,      ///< kept as canonical JSON text
};

struct TypeInfo;

struct ElementInfo
{
    std::string_view name; ///< FHIR name; for a choice the stem with `[x]` removed
    const TypeInfo* type;
    std::uint16_t min;
    bool many;
    bool summary;
    bool is_choice;
    /// Number of values now present in `owner`.
    std::size_t (*count)(const void* owner);
    const void* (*get)(const void* owner, std::size_t index);
    /// Adds a default value and returns it; for a single element the value itself, made present.
    void* (*add)(void* owner);
    /// For a choice: its alternatives by full name (`valueCode`), and which one is held.
    std::span<const struct ChoiceInfo> choices;
};

struct ChoiceInfo
{
    std::string_view name; ///< full name on the wire: `valueCodeableConcept`
    const TypeInfo* type;
    bool (*held)(const void* owner);
    const void* (*get)(const void* owner);
    void* (*make)(void* owner);
};

struct TypeInfo
{
    std::string_view name; ///< `Slot`, `CodeableConcept`, `string`
    Kind kind;
    bool is_resource;
    std::span<const ElementInfo> elements;
    /// For enumerated codes.
    std::span<const std::string_view> codes;
};

} // namespace fhir::schema
