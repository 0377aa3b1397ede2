// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/schema/schema.hpp"

#include <random>
#include <string>
#include <string_view>

namespace tests
{

/// What an element loses between R4 JSON and the other encodings, and why nothing can be done about it.
struct LostOnPurpose
{
    std::string_view type;    ///< `Slot`; `DomainResource` for every resource
    std::string_view element; ///< `serviceCategory`
    enum What
    {
        all,              ///< it is not sent
        all_but_one,      ///< only the first is sent
        some_codes,       ///< `detail` names those that are sent as another, or not at all
        some_value_types, ///< `detail` names the wire names whose value is sent as another, or not at all
        all_but_text,     ///< of a concept its words alone are sent
        primitive_extras, ///< its id and extensions
    } what = all;
    std::string_view detail = {};
};

/// Fills resources of any type with random values, seeded. Everything that is declared may occur, but for
/// what `lost` says is lost.
class Generator
{
public:
    Generator(std::uint32_t seed, std::span<const LostOnPurpose> lost) : random_(seed), lost_(lost) {}

    fhir::AnyResource resource(const fhir::schema::TypeInfo& type);
    /// The one element, whatever `lost` says of it.
    void fill(const fhir::schema::TypeInfo& type, const fhir::schema::ElementInfo& info, void* owner);

private:
    const LostOnPurpose* lost(const fhir::schema::TypeInfo& type, std::string_view element) const;
    void members(const fhir::schema::TypeInfo& type, void* owner);
    void element(const fhir::schema::TypeInfo& type, const fhir::schema::ElementInfo& info, void* owner);
    void choice(const fhir::schema::TypeInfo& type, const fhir::schema::ElementInfo& info, void* owner);
    void value(const fhir::schema::TypeInfo& type, void* target, std::string_view but_not_codes = {});
    void primitive(const fhir::schema::TypeInfo& type, void* target, std::string_view but_not_codes);
    void extras(const fhir::schema::TypeInfo& type, void* owner, std::string_view name, std::size_t index);
    std::string text();
    std::string candidate(std::string_view type);
    std::size_t below(std::size_t limit);
    bool chance(unsigned percent) { return below(100) < percent; }

    std::mt19937 random_;
    std::span<const LostOnPurpose> lost_;
    int depth_ = 0;
};

} // namespace tests
