// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/parameters.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/faces/operations.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::faces::r4
{

/// The Parameters that an operation was called with, checked against its row: names, number and type of the
/// values. Paths name the parameter by its place: `Parameters.parameter[2].value`.
class OperationCall
{
public:
    /// Of the route that the request led to: its Parameters body, or the query string of a GET, of which
    /// every value is a string. Errors: those of reading a resource, `required`, `unknown_element` (not under
    /// lenient handling, where the parameter is ignored), `value_invalid`.
    static fhir::Result<OperationCall> read(const Context& context);

    bool has(std::string_view name) const { return given(name) != nullptr; }
    /// The first parameter of that name; nullptr when absent.
    const fhir::ParametersParameter* given(std::string_view name) const;
    /// What was ignored under lenient handling, for the answer to say.
    const std::vector<fhir::Error>& notes() const { return notes_; }

    /// First value of that name; nothing when absent. T is the value's alternative of `fhir::ExtensionValue`.
    template <class T>
    std::optional<T> value(std::string_view name) const
    {
        const auto all = values<T>(name);
        return all.empty() ? std::nullopt : std::optional<T>(all.front());
    }
    template <class T>
    std::vector<T> values(std::string_view name) const
    {
        std::vector<T> found;
        for (const fhir::ParametersParameter& each : parameters_.parameter)
            if (const T* held = each.name == name ? std::get_if<T>(&each.value) : nullptr)
                found.push_back(*held);
        return found;
    }
    /// First resource of that name, as a T.
    template <class T>
    const T* resource(std::string_view name) const
    {
        for (const fhir::ParametersParameter& each : parameters_.parameter)
            if (each.name == name && each.resource)
                return each.resource->as<T>();
        return nullptr;
    }

    /// Path of the n-th parameter of that name; of the list where there is none. `http.<name>` of a query.
    std::string path_of(std::string_view name, std::size_t number = 0) const;
    /// The same in other words for a request sent twice: what an Idempotency-Key is bound to.
    std::string canonical() const;

private:
    fhir::Result<void> check_names(const Operation& operation, bool strict);
    fhir::Result<void> check_input(const OperationInput& input) const;
    std::string place(std::size_t index, std::string_view part = {}) const;

    fhir::Parameters parameters_;
    std::vector<fhir::Error> notes_;
    bool from_query_ = false;
};

} // namespace gateway::faces::r4
