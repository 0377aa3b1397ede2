// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <optional>
#include <span>
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
    /// While an event is handled: where in the text it stands. Of an opening or closing bracket, the
    /// bracket's place.
    std::size_t offset() const { return offset_; }
    void at(std::size_t offset) { offset_ = offset; }
    std::size_t max_depth() const { return max_depth_; }
    const std::optional<Error>& refusal() const { return refusal_; }
    bool says_offset() const { return says_offset_; }

private:
    std::size_t max_depth_;
    std::size_t offset_ = 0;
    std::optional<Error> refusal_;
    bool says_offset_ = false;
};

/// Bytes behind the text that the block given to read_guarded must have: zeros, and room for reading ahead.
constexpr std::size_t decoding_room = 32;

/// Feeds `text` to the handler without recursion. Strings are decoded in place, so that what the handler is
/// given stays valid as long as the block. What ended the reading, or nothing when all went well.
std::optional<Error> read_guarded(std::span<char> text, GuardedHandler& handler);

/// The refusal of a text longer than that.
Error too_many_bytes(std::size_t max_bytes);

} // namespace fhir::codec
