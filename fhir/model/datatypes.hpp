// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/instant.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// FHIR R4 (4.0.1) data types as plain structs. `T` is 1..1, `std::optional<T>` 0..1, `std::vector<T>` 0..*.
/// Codes with a required binding are enums; their names stand in the declaration of the type (fhir/schema).
namespace fhir
{

struct Extension;

/// A value on the heap that copies deeply; breaks recursion between types.
template <class T>
class Box
{
public:
    Box() : value_(std::make_unique<T>()) {}
    Box(T value) : value_(std::make_unique<T>(std::move(value))) {}
    Box(const Box& other) : value_(std::make_unique<T>(*other.value_)) {}
    Box(Box&& other) : value_(std::make_unique<T>(std::move(*other.value_))) {}
    Box& operator=(Box other) noexcept
    {
        value_.swap(other.value_);
        return *this;
    }
    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    const T* operator->() const { return value_.get(); }

private:
    std::unique_ptr<T> value_;
};

/// `id` and extensions of one primitive (`_birthDate`): kept beside the value in the element that owns it.
struct PrimitiveExtras
{
    std::string element;   ///< FHIR name of the primitive
    std::size_t index = 0; ///< position, for repeating primitives
    std::string id;
    std::vector<Extension> extension;
};

/// Everything has this in front: every complex type and backbone element. Made, copied and destroyed out of
/// line, as are the bases below: inline, the lists of extensions would be compiled again wherever any FHIR
/// value lives.
struct Element
{
    Element();
    Element(const Element&);
    Element(Element&&) noexcept;
    Element& operator=(const Element&);
    Element& operator=(Element&&) noexcept;
    ~Element();

    std::optional<std::string> id;
    std::vector<Extension> extension;
    std::vector<PrimitiveExtras> extras;
};

struct BackboneElement : Element
{
    BackboneElement();
    BackboneElement(const BackboneElement&);
    BackboneElement(BackboneElement&&) noexcept;
    BackboneElement& operator=(const BackboneElement&);
    BackboneElement& operator=(BackboneElement&&) noexcept;
    ~BackboneElement();

    std::vector<Extension> modifier_extension;
};

struct Decimal
{
    std::string text; ///< as written; digits and trailing zeros kept
    bool operator==(const Decimal&) const = default;
};

/// A code without a required binding. A type of its own so that declarations tell it from a string.
struct Code
{
    std::string text;
    Code() = default;
    Code(std::string value) : text(std::move(value)) {}
    Code(const char* value) : text(value) {}
    bool operator==(const Code&) const = default;
};

struct Uri
{
    std::string text;
    Uri() = default;
    Uri(std::string value) : text(std::move(value)) {}
    Uri(std::string_view value) : text(value) {}
    Uri(const char* value) : text(value) {}
    bool operator==(const Uri&) const = default;
};

struct Markdown
{
    std::string text;
    bool operator==(const Markdown&) const = default;
};

struct Base64
{
    std::string text;
    bool operator==(const Base64&) const = default;
};

/// FHIR `time`, `HH:MM:SS`.
struct TimeOfDay
{
    std::string text;
    bool operator==(const TimeOfDay&) const = default;
};

struct PositiveInt
{
    std::int32_t value = 1;
    bool operator==(const PositiveInt&) const = default;
};

struct UnsignedInt
{
    std::int32_t value = 0;
    bool operator==(const UnsignedInt&) const = default;
};

/// Any JSON kept as it came, for extension values of types without a struct.
struct RawJson
{
    std::string text;
    bool operator==(const RawJson&) const = default;
};

struct Period : Element
{
    std::optional<DateTime> start;
    std::optional<DateTime> end;
};

struct Coding : Element
{
    std::optional<Uri> system;
    std::optional<std::string> version;
    std::optional<Code> code;
    std::optional<std::string> display;
    std::optional<bool> user_selected;
};

struct CodeableConcept : Element
{
    std::vector<Coding> coding;
    std::optional<std::string> text;
};

struct Identifier;

struct Reference : Element
{
    std::optional<std::string> reference; ///< `Type/id`, `#id` or absolute; never dereferenced
    std::optional<Uri> type;
    std::optional<Box<Identifier>> identifier;
    std::optional<std::string> display;
};

enum class IdentifierUse
{
    usual,
    official,
    temp,
    secondary,
    old
};

struct Identifier : Element
{
    std::optional<IdentifierUse> use;
    std::optional<CodeableConcept> type;
    std::optional<Uri> system;
    std::optional<std::string> value;
    std::optional<Period> period;
    std::optional<Reference> assigner;
};

enum class QuantityComparator
{
    less,
    less_or_equal,
    greater_or_equal,
    greater
};

struct Quantity : Element
{
    std::optional<Decimal> value;
    std::optional<QuantityComparator> comparator;
    std::optional<std::string> unit;
    std::optional<Uri> system;
    std::optional<Code> code;
};

struct Range : Element
{
    std::optional<Quantity> low;
    std::optional<Quantity> high;
};

enum class NameUse
{
    usual,
    official,
    temp,
    nickname,
    anonymous,
    old,
    maiden
};

struct HumanName : Element
{
    std::optional<NameUse> use;
    std::optional<std::string> text;
    std::optional<std::string> family;
    std::vector<std::string> given;
    std::vector<std::string> prefix;
    std::vector<std::string> suffix;
    std::optional<Period> period;
};

enum class ContactSystem
{
    phone,
    fax,
    email,
    pager,
    url,
    sms,
    other
};
enum class ContactUse
{
    home,
    work,
    temp,
    old,
    mobile
};

struct ContactPoint : Element
{
    std::optional<ContactSystem> system;
    std::optional<std::string> value;
    std::optional<ContactUse> use;
    std::optional<PositiveInt> rank;
    std::optional<Period> period;
};

enum class AddressUse
{
    home,
    work,
    temp,
    old,
    billing
};
enum class AddressType
{
    postal,
    physical,
    both
};

struct Address : Element
{
    std::optional<AddressUse> use;
    std::optional<AddressType> type;
    std::optional<std::string> text;
    std::vector<std::string> line;
    std::optional<std::string> city;
    std::optional<std::string> district;
    std::optional<std::string> state;
    std::optional<std::string> postal_code;
    std::optional<std::string> country;
    std::optional<Period> period;
};

struct Attachment : Element
{
    std::optional<Code> content_type;
    std::optional<Code> language;
    std::optional<Base64> data;
    std::optional<Uri> url;
    std::optional<UnsignedInt> size;
    std::optional<Base64> hash;
    std::optional<std::string> title;
    std::optional<DateTime> creation;
};

struct Annotation : Element
{
    std::variant<std::monostate, Reference, std::string> author; ///< authorReference, authorString
    std::optional<DateTime> time;
    Markdown text;
};

struct Meta : Element
{
    std::optional<std::string> version_id;
    std::optional<Instant> last_updated;
    std::optional<Uri> source;
    std::vector<Uri> profile;
    std::vector<Coding> security;
    std::vector<Coding> tag;
};

enum class NarrativeStatus
{
    generated,
    extensions,
    additional,
    empty
};

struct Narrative : Element
{
    NarrativeStatus status = NarrativeStatus::generated;
    std::string div;
};

struct ContactDetail : Element
{
    std::optional<std::string> name;
    std::vector<ContactPoint> telecom;
};

/// `value[x]` of an extension. Types without a struct of their own are kept as RawJson together with their
/// wire name.
struct OtherValue
{
    std::string name; ///< `valueTiming`
    RawJson json;
};

using ExtensionValue =
    std::variant<std::monostate, bool, std::int32_t, PositiveInt, UnsignedInt, Decimal, std::string, Code,
                 Uri, Markdown, Instant, DateTime, Date, TimeOfDay, Base64, Identifier, CodeableConcept,
                 Coding, Reference, Period, Quantity, Range, HumanName, ContactPoint, Address, Attachment,
                 Annotation, OtherValue>;
/// The alternatives above keep which of FHIR's several names was used (`valueUri`, `valueUrl`,
/// `valueCanonical`, …) here.
struct Extension
{
    std::optional<std::string> id;
    std::vector<Extension> extension;
    std::string url;
    ExtensionValue value;
    /// Wire name of the value when it is not the first name of its type: `valueUrl`, `valueCanonical`,
    /// `valueId`, `valueOid`, `valueUuid`, `valueAge`, `valueCount`, `valueDistance`, `valueDuration`.
    std::string value_name;
    std::vector<PrimitiveExtras> extras;
};

// ---- building blocks that every part uses
// -------------------------------------------------------------------------

CodeableConcept concept_of(std::string_view system, std::string_view code, std::string_view display = {});
CodeableConcept concept_text(std::string_view text);
Identifier identifier_of(std::string_view system, std::string_view value);
Reference reference_to(std::string_view type_and_id, std::string_view display = {});
/// The extension with that URL, or nullptr.
const Extension* find_extension(const std::vector<Extension>& extensions, std::string_view url);
/// Value of the first identifier with that system, compared as specs say: `/Id/` and `/id/`, http and https
/// are equal.
std::optional<std::string_view> identifier_value(const std::vector<Identifier>& identifiers,
                                                 std::string_view system);
bool same_system(std::string_view a, std::string_view b);

} // namespace fhir
