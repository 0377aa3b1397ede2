// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "fhir/model/ods_code.hpp"
#include "gateway/identity/caller.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::identity
{

/// An organisation that may call: what the client certificate of the connection is bound to. Several may come
/// with one certificate, as behind a proxy; then the ASID in Ssp-From tells them apart.
struct SpineConsumer
{
    std::string certificate_sha256; ///< lower-case hex
    std::string asid;
    fhir::OdsCode ods;
    std::string name;
    std::string phone;
    std::string organisation_type = {}; ///< for agreements: GP Connect code, empty when none
};

/// The consumers in force; new ones hold for the next request on any connection. Thread-safe.
class CurrentConsumers
{
public:
    using List = std::vector<SpineConsumer>;

    explicit CurrentConsumers(List first) : list_(std::make_shared<const List>(std::move(first))) {}

    std::shared_ptr<const List> snapshot() const
    {
        const std::lock_guard lock(mutex_);
        return list_;
    }
    void replace(List next)
    {
        auto fresh = std::make_shared<const List>(std::move(next));
        const std::lock_guard lock(mutex_);
        list_.swap(fresh); // what it held goes outside the lock
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const List> list_;
};

/// Nothing unless some consumer has this certificate.
bool knows_certificate(std::span<const SpineConsumer> consumers, std::string_view sha256);

/// Whoever this certificate proves, in the name of that ASID. The caller has no scopes: what GP Connect's
/// token says is no permission.
std::optional<Caller> proven_caller(std::span<const SpineConsumer> consumers, std::string_view sha256,
                                    std::string_view asid);

} // namespace gateway::identity
