// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fhir::rest
{

/// Append-only bytes with room kept free in front, so that a message head can be put before a finished body and both leave
/// in one write. Move is cheap; copy copies.
class OutBuffer
{
public:
    static constexpr std::size_t headroom = 1024;

    OutBuffer() = default;
    explicit OutBuffer(std::string_view body) { append(body); }

    void reserve(std::size_t body_bytes) { bytes_.reserve(headroom + body_bytes); }
    void append(std::string_view text)
    {
        start();
        bytes_.append(text);
    }
    void push_back(char c)
    {
        start();
        bytes_.push_back(c);
    }
    /// The body alone.
    std::string_view view() const
    {
        return bytes_.size() <= headroom ? std::string_view{} : std::string_view(bytes_).substr(headroom);
    }
    std::size_t size() const { return bytes_.size() <= headroom ? 0 : bytes_.size() - headroom; }
    bool empty() const { return size() == 0; }
    void clear() { bytes_.clear(); }

    /// Puts `head` in front and returns one contiguous view of head and body, valid until the next change.
    std::string_view with_head(std::string_view head)
    {
        start();
        if (head.size() > headroom) {
            bytes_.insert(headroom, head);
            return std::string_view(bytes_).substr(headroom);
        }
        bytes_.replace(headroom - head.size(), head.size(), head);
        return std::string_view(bytes_).substr(headroom - head.size());
    }

private:
    void start()
    {
        if (bytes_.empty())
            bytes_.resize(headroom);
    }
    std::string bytes_;
};

} // namespace fhir::rest
