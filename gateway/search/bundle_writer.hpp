// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/rest/out_buffer.hpp"
#include "fhir/search/values.hpp"
#include "gateway/search/federated_search.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::search
{

/// Which part of a frozen result to send, and how its links read.
struct BundlePage
{
    std::string fhir_base; ///< public: `https://gateway.example.net/fhir/R4`, no slash at the end
    std::size_t offset = 0;
    std::size_t count = 50; ///< matches on the page
    std::string cursor{};   ///< from FederatedSearch::freeze(); empty: no `next` link is written
    std::string id{};       ///< Bundle.id, a UUID; empty: none
    bool pretty = false;    ///< `_pretty=true`
    /// Whether the asker may see included resources of this type; empty: all.
    std::function<bool(std::string_view type)> may_include{};
};

/// Writes a searchset Bundle of `result`: matches [offset, offset + count), what their `_include`s ask for
/// (once each), then one OperationOutcome entry that names missing practices and ignored parameters. The JSON
/// of slots and of what they refer to is copied from the books; only `_summary`, `_elements` and `_pretty`
/// write it anew. `Bundle.meta` has one extension per book with its age. `total` is exact unless practices
/// are missing: then it is a lower bound.
void write_slot_bundle(const SlotResult& result, const BundlePage& page, fhir::rest::OutBuffer& out);

/// True when a page of `count` does not hold the whole result: freeze it before writing, so that `next` can
/// be followed.
bool needs_cursor(const SlotResult& result, std::size_t offset, std::size_t count);

/// What a paging link asks for: `Slot?_cursor=<token>&_offset=50&_count=50`.
struct CursorRequest
{
    std::string token;
    std::size_t offset = 0;
    std::size_t count = 50;
};

/// Nothing when the parameters are no paging link: an ordinary search. Errors: `value_invalid`.
fhir::Result<std::optional<CursorRequest>> parse_cursor(const std::vector<fhir::search::RawParameter>& raw);

} // namespace gateway::search
