// SPDX-License-Identifier: Apache-2.0
#include "gateway/search/cursors.hpp"

namespace gateway::search
{

namespace
{

std::string hexadecimal(std::uint64_t value)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t i = text.size(); i-- > 0; value >>= 4)
        text[i] = digits[value & 0xF];
    return text;
}

fhir::Error expired()
{
    fhir::Error error(fhir::ErrorKind::gone, "This page link has expired.", "http._cursor");
    error.advise("Search again; a result can be paged through for five minutes.");
    return error;
}

} // namespace

std::string Cursors::freeze(const identity::Caller& caller, std::shared_ptr<const SlotResult> result)
{
    std::string token = hexadecimal(random_.next()) + hexadecimal(random_.next());
    const fhir::Instant now = clock_.now();
    const std::lock_guard lock(mutex_);
    drop_old(now);
    frozen_.insert_or_assign(token,
                             Frozen{caller.client_id, caller.ods.text(), std::move(result), now + lifetime_});
    order_.push_back(token);
    return token;
}

/// Another caller's token looks like one that has expired: its existence is nobody else's business.
fhir::Result<std::shared_ptr<const SlotResult>> Cursors::thaw(const identity::Caller& caller,
                                                              std::string_view token)
{
    const fhir::Instant now = clock_.now();
    const std::lock_guard lock(mutex_);
    const auto found = frozen_.find(token);
    if (found == frozen_.end() || found->second.expires <= now ||
        found->second.client_id != caller.client_id || found->second.ods != caller.ods.text())
        return std::unexpected(expired());
    return found->second.result;
}

void Cursors::drop_old(fhir::Instant now)
{
    while (!order_.empty()) {
        const auto oldest = frozen_.find(order_.front());
        if (oldest->second.expires > now && frozen_.size() < max_)
            return;
        frozen_.erase(oldest);
        order_.pop_front();
    }
}

} // namespace gateway::search
