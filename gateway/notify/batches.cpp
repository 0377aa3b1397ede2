// SPDX-License-Identifier: Apache-2.0
#include "gateway/notify/batches.hpp"

#include "gateway/identity/crypto.hpp"

#include <algorithm>

namespace gateway::notify
{

using store::DeliveryRecord;

namespace
{

using Due = std::vector<DeliveryRecord>;

/// Nothing has to be kept where nothing ever goes together.
DueBatch alone(const Due& due, std::size_t at, std::size_t max_count)
{
    const DeliveryRecord& only = due[at];
    const bool is_known = only.first == only.number && only.last == only.number;
    return {
        {only.number, only.number, {only.number}}, at, 1, !is_known && (max_count > 1 || only.first != 0)};
}

/// How many from there on were sent together.
std::size_t together(const Due& due, std::size_t begin)
{
    std::size_t count = 1;
    while (begin + count < due.size() && due[begin + count].first == due[begin].first &&
           due[begin + count].last == due[begin].last)
        ++count;
    return count;
}

bool was_never_sent(const DeliveryRecord& delivery)
{
    return delivery.first == 0 && delivery.attempts == 0;
}

std::size_t never_sent(const Due& due, std::size_t begin, std::size_t most)
{
    std::size_t count = 0;
    while (count < most && begin + count < due.size() && was_never_sent(due[begin + count]))
        ++count;
    return count;
}

DueBatch from(const Due& due, std::size_t begin, std::size_t count)
{
    DueBatch made{{due[begin].number, due[begin + count - 1].number, {}}, begin, count, true};
    for (std::size_t i = begin; i < begin + count; ++i)
        made.batch.numbers.push_back(due[i].number);
    return made;
}

} // namespace

std::vector<DueBatch> batches_of(const Due& due, std::size_t max_count)
{
    std::vector<DueBatch> batches;
    for (std::size_t at = 0; at < due.size();) {
        const bool is_known = due[at].first != due[at].last;
        const std::size_t count = is_known ? together(due, at) : never_sent(due, at, max_count);
        if (count > 1 && count > max_count) {
            for (std::size_t i = at; i < at + count; ++i)
                batches.push_back(alone(due, i, max_count));
        } else if (is_known) {
            batches.push_back(from(due, at, count));
            batches.back().batch.first = due[at].first;
            batches.back().batch.last = due[at].last;
            batches.back().is_new = false;
        } else if (count > 1) {
            batches.push_back(from(due, at, count));
        } else {
            batches.push_back(alone(due, at, max_count));
        }
        at += std::max<std::size_t>(count, 1);
    }
    return batches;
}

std::string delivery_id(const std::string& subscription, const store::Batch& batch)
{
    std::string id = subscription + "-" + std::to_string(batch.first);
    return batch.first == batch.last ? id : id + "-" + std::to_string(batch.last);
}

/// RFC 9562 5.8.
std::string bundle_id(const std::string& delivery_id)
{
    std::string bytes = identity::sha256(delivery_id).substr(0, 16);
    bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0fU) | 0x80U);
    bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3fU) | 0x80U);
    std::string text = identity::to_hex(bytes);
    for (const std::size_t dash : {8U, 13U, 18U, 23U})
        text.insert(dash, 1, '-');
    return text;
}

} // namespace gateway::notify
