// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"
#include "fhir/rest/out_buffer.hpp"
#include "fhir/search/values.hpp"
#include "gateway/faces/context.hpp"
#include "gateway/search/federated_search.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gateway::faces::r4
{

/// One resource of a result, already JSON.
struct Entry
{
    std::string reference; ///< `Location/A11111.main`
    std::string json;
};

/// A searchset of anything but slots: a page of the matches is sent, whether all of them are at hand or no
/// others.
struct Searchset
{
    enum class AtHand
    {
        all,
        page_of_more, ///< only this page, and others follow
        last_page     ///< only this page, and none follows
    };

    std::string type;
    std::vector<fhir::search::RawParameter> used; ///< for the self link
    fhir::search::Paging paging;
    PageSizes pages;
    std::size_t offset = 0;
    std::vector<Entry> matches; ///< those at hand
    AtHand at_hand = AtHand::all;
    std::optional<std::size_t> counted; ///< matches in all, where not all are at hand; unset: too many
    std::vector<Entry> includes;    ///< of this page
    std::vector<fhir::Error> notes; ///< parameters left out, practices missing
    std::string id;                 ///< Bundle.id
    fhir::Instant made{};

    std::size_t page_size() const; ///< most matches of a page
    std::size_t page_end() const;  ///< index after the last match of this page, among all matches
    std::size_t first_at_hand() const { return at_hand == AtHand::all ? 0 : offset; }
    bool others_follow() const;
    std::optional<std::size_t> total() const;
};

/// Takes `_offset`, which only links written here carry, out of the parameters. Errors: `value_invalid`.
fhir::Result<std::size_t> take_offset(std::vector<fhir::search::RawParameter>& parameters);

/// Sentences for practices that are missing from an answer.
fhir::Error note_of(const search::MissingPractice& missing);

/// Links never carry what identifies a patient: such criteria are left out of the self link, and their result
/// is one page.
Answer searchset_answer(const Context& context, Searchset result);

} // namespace gateway::faces::r4
