// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/raw.hpp"

namespace gateway::settings
{
namespace
{

/// One overload per kind of value a file can have.
struct Writer
{
    std::string operator()(const std::string& text) const { return '"' + text + '"'; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(double number) const { return std::to_string(number); }
    std::string operator()(const Other& other) const { return other.kind; }
    std::string operator()(const TextList& list) const
    {
        std::string text = "[";
        for (const std::string& each : list)
            text += '"' + each + "\",";
        return text + "]";
    }
};

} // namespace

std::string as_written(const RawValue& value)
{
    return std::visit(Writer{}, value);
}

} // namespace gateway::settings
