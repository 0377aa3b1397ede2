// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/outcome/error.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace adapters
{

/// The last answer of one kind, as it was read: what comes again byte for byte is not read again.
/// Thread-safe.
template <class Wire>
class LastRead
{
public:
    fhir::Result<std::shared_ptr<const Wire>> of(std::string_view body,
                                                 fhir::Result<Wire> (*reader)(std::string_view))
    {
        {
            const std::lock_guard lock(mutex_);
            if (wire_ && body == body_)
                return wire_;
        }
        auto read = reader(body);
        if (!read)
            return std::unexpected(read.error());
        auto wire = std::make_shared<const Wire>(std::move(*read));
        const std::lock_guard lock(mutex_);
        body_ = body;
        wire_ = wire;
        return wire;
    }

private:
    std::mutex mutex_;
    std::string body_;
    std::shared_ptr<const Wire> wire_;
};

} // namespace adapters
