// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace fhir::rest
{

/// Append-only bytes with room kept free in front, so that a message head can be put before a finished body
/// and both leave in one write. Move is cheap; copy copies.
class OutBuffer
{
public:
    static constexpr std::size_t headroom = 1024;

    OutBuffer() = default;
    explicit OutBuffer(std::string_view body) { append(body); }
    OutBuffer(const OutBuffer& other) { append(other.view()); }
    OutBuffer(OutBuffer&& other) noexcept
        : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)),
          capacity_(std::exchange(other.capacity_, 0))
    {}
    OutBuffer& operator=(OutBuffer other) noexcept
    {
        bytes_.swap(other.bytes_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
        return *this;
    }

    void reserve(std::size_t body_bytes)
    {
        if (body_bytes > capacity_)
            grow(body_bytes);
    }
    void append(std::string_view text)
    {
        if (text.empty())
            return; // there may be no bytes yet to point into
        if (text.size() > capacity_ - size_)
            grow(size_ + text.size());
        std::copy_n(text.data(), text.size(), body() + size_);
        size_ += text.size();
    }
    void push_back(char c)
    {
        if (size_ == capacity_)
            grow(size_ + 1);
        body()[size_++] = c;
    }
    /// Takes back everything after the first `size` bytes.
    void truncate(std::size_t size) { size_ = std::min(size, size_); }

    /// The body alone.
    std::string_view view() const
    {
        return size_ == 0 ? std::string_view{} : std::string_view(bytes_.get() + headroom, size_);
    }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    void clear() { size_ = 0; }

    /// Puts `head` in front and returns one contiguous view of head and body, valid until the next change. A
    /// head longer than the headroom becomes part of the body.
    std::string_view with_head(std::string_view head)
    {
        if (!bytes_)
            grow(0);
        if (head.size() > headroom) {
            OutBuffer whole(head);
            whole.append(view());
            *this = std::move(whole);
            return view();
        }
        char* start = body() - head.size();
        std::copy_n(head.data(), head.size(), start);
        return {start, head.size() + size_};
    }

private:
    char* body() { return bytes_.get() + headroom; }
    void grow(std::size_t needed)
    {
        const std::size_t capacity = std::max({needed, capacity_ * 2, std::size_t{1024}});
        auto bytes = std::make_unique_for_overwrite<char[]>(headroom + capacity);
        if (size_ > 0)
            std::copy_n(body(), size_, bytes.get() + headroom);
        bytes_ = std::move(bytes);
        capacity_ = capacity;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace fhir::rest
