// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/resource.hpp"
#include "fhir/outcome/error.hpp"
#include "fhir/rest/out_buffer.hpp"
#include "fhir/schema/release.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// JSON, both ways, driven by the declarations in fhir/schema. RapidJSON is seen in this folder's .cpp
/// files only.
namespace fhir::codec
{

class Node;

enum class Unknown
{
    refuse, ///< a consumer's body: an element the type does not have is an error with its path
    ignore, ///< a supplier's answer: tolerated, and listed in `ReadReport::ignored`
};

struct ReadOptions
{
    Unknown unknown = Unknown::refuse;
    std::size_t max_depth = 32; ///< at most 100: the walkers recurse once per level
    std::size_t max_bytes = 1 << 20;
    Release release = Release::r4;
};

/// What a lenient read left out, as FHIRPath, so that nothing vanishes unnoticed.
struct ReadReport
{
    std::vector<std::string> ignored;
};

/// Reads one resource of any declared type. Iterative, depth-limited, UTF-8 checked, duplicate keys and nulls
/// refused, cardinality and required bindings checked; the error carries the element's path. Decimals keep
/// their digits.
Result<AnyResource> read_any(std::string_view json, const ReadOptions& options = {},
                             ReadReport* report = nullptr);

/// Reads one resource of that type into `resource`, which must be a default value of it; the error, if any.
std::optional<Error> read_into(const schema::TypeInfo& type, void* resource, std::string_view json,
                               const ReadOptions& options, ReadReport* report);

/// The same of a JSON object that is read already; `options` has its limits no more.
std::optional<Error> read_into(const schema::TypeInfo& type, void* resource, const Node& json,
                               const ReadOptions& options, ReadReport* report);

/// Reads only those members of a resource's JSON: nothing else of it is looked at, or has to be there.
std::optional<Error> read_some(const schema::TypeInfo& type, void* resource, const Node& json,
                               std::span<const std::string_view> names, const ReadOptions& options);

/// Reads one resource that must be a T. `Json`: a text or a Node.
template <class T, class Json = std::string_view>
Result<T> read(const Json& json, const ReadOptions& options = {}, ReadReport* report = nullptr)
{
    T resource{};
    if (auto error = read_into(T::declaration(), &resource, json, options, report))
        return std::unexpected(std::move(*error));
    return resource;
}

/// Which elements an answer carries.
struct WriteOptions
{
    enum class Summary
    {
        full,
        summary,
        text,
        data
    } summary = Summary::full;
    std::vector<std::string> elements; ///< `_elements`; mandatory ones stay; empty means all
    bool pretty = false;
    Release release = Release::r4;
};

/// Writes the resource; with `_summary` or `_elements` it also adds the SUBSETTED tag.
/// In a Bundle the options apply to the resources in its entries, except outcomes.
void write_resource(const schema::TypeInfo& type, const void* resource, rest::OutBuffer& out,
                    const WriteOptions& options);

template <class T>
void write(const T& resource, rest::OutBuffer& out, const WriteOptions& options = {})
{
    write_resource(T::declaration(), &resource, out, options);
}
/// An empty AnyResource writes nothing.
void write(const AnyResource& resource, rest::OutBuffer& out, const WriteOptions& options = {});

template <class T>
std::string to_json(const T& resource, const WriteOptions& options = {})
{
    rest::OutBuffer out;
    write(resource, out, options);
    return std::string(out.view());
}

/// The same JSON text with two-blank indentation, or compact. The text must be valid JSON.
std::string pretty(std::string_view json);

// An untyped tree for supplier wires and tokens, read under the same guard: json_value.hpp.

} // namespace fhir::codec
