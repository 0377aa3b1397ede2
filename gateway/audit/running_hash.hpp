// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace gateway::audit
{

/// SHA-256 of bytes that come one after the other.
class RunningHash
{
public:
    RunningHash();
    RunningHash(const RunningHash& other);
    RunningHash& operator=(const RunningHash&) = delete;
    ~RunningHash();

    void add(std::string_view bytes);
    /// Of what was added so far, lower-case hexadecimal; more may be added.
    std::string hex() const;

private:
    evp_md_ctx_st* context_;
};

} // namespace gateway::audit
