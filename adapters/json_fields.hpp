// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "adapters/trimmed.hpp"
#include "fhir/codec/document.hpp"
#include "fhir/model/uk_time.hpp"
#include "fhir/outcome/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Suppliers' JSON, read with patience.
namespace adapters
{

/// The members of one JSON object of a reply, named in any case: absent, null and wrongly typed ones all read
/// as nothing, for supplier data is what it is.
class Fields
{
public:
    explicit Fields(const fhir::codec::Node& object) : object_(&object) {}
    explicit Fields(const fhir::codec::Document& reply) : Fields(reply.root()) {}

    std::string text(std::string_view name) const;
    std::optional<std::int64_t> number(std::string_view name) const;
    bool flag(std::string_view name) const;
    /// UK wall time without offset.
    std::optional<fhir::LocalTime> time(std::string_view name) const;
    std::optional<fhir::Date> date(std::string_view name) const;
    /// The objects in an array; empty when there is none.
    std::vector<Fields> rows(std::string_view name) const;
    std::vector<std::string> texts(std::string_view name) const;
    std::vector<std::int64_t> numbers(std::string_view name) const;
    std::optional<Fields> object(std::string_view name) const;
    const fhir::codec::Node& node() const { return *object_; }
    const fhir::codec::Node* find(std::string_view name) const { return object_->find(name, true); }

private:
    const fhir::codec::Node* object_;
};

/// A JSON object, or `supplier_malformed`.
fhir::Result<fhir::codec::Document> read_object(std::string_view body);
fhir::Error lacks(std::string_view member);

} // namespace adapters
