// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fhir::codec
{

/// Receives the events of one JSON text. The guard in front of it has already refused what is dangerous:
/// nesting beyond the limit, bytes that are not UTF-8, control characters in strings.
class GuardedHandler
{
public:
    explicit GuardedHandler(std::size_t max_depth) : max_depth_(max_depth) {}
    virtual ~GuardedHandler() = default;

    virtual bool null() = 0;
    virtual bool boolean(bool value) = 0;
    virtual bool number(std::string_view text) = 0; ///< as written
    virtual bool string(std::string_view text) = 0;
    virtual bool key(std::string_view name) = 0;
    virtual bool start_object() = 0;
    virtual bool end_object() = 0;
    virtual bool start_array() = 0;
    virtual bool end_array() = 0;

    /// Ends the reading with an error; `sentence` has no full stop, the byte offset is added to it.
    bool refuse(ErrorKind kind, std::string sentence)
    {
        refusal_.emplace(kind, std::move(sentence));
        says_offset_ = true;
        return false;
    }
    /// Ends the reading with an error that already says where.
    bool refuse(Error error)
    {
        refusal_ = std::move(error);
        says_offset_ = false;
        return false;
    }
    std::size_t max_depth() const { return max_depth_; }
    const std::optional<Error>& refusal() const { return refusal_; }
    bool says_offset() const { return says_offset_; }

private:
    std::size_t max_depth_;
    std::optional<Error> refusal_;
    bool says_offset_ = false;
};

/// Feeds `text` to the handler without recursion. What ended it, or nothing when all went well.
std::optional<Error> read_guarded(std::string_view text, std::size_t max_bytes, GuardedHandler& handler);

} // namespace fhir::codec
