// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string_view>
#include <utility>

namespace gateway::observability
{

/// A value that must not be printed by accident: a credential, a name, an NHS number. It has no stream
/// operator, no format and no conversion to a log field; `reveal()` is the one deliberate way out, easy to
/// find in review.
template <class T>
class Sensitive
{
public:
    Sensitive() = default;
    explicit Sensitive(T value) : value_(std::move(value)) {}

    const T& reveal() const { return value_; }
    /// What may be shown in its place.
    static constexpr std::string_view redacted = "[redacted]";

    bool operator==(const Sensitive&) const = default;
    friend std::ostream& operator<<(std::ostream&, const Sensitive&) = delete;

private:
    T value_{};
};

} // namespace gateway::observability
