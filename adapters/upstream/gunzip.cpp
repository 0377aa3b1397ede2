// SPDX-License-Identifier: Apache-2.0
#include "adapters/upstream/gunzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace adapters::upstream
{
namespace
{

class Inflater
{
public:
    Inflater() { ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK; }
    ~Inflater()
    {
        if (ready_)
            inflateEnd(&stream_);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    bool run(std::string_view packed, std::string& out, std::size_t limit)
    {
        if (!ready_)
            return false;
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
        stream_.avail_in = static_cast<uInt>(packed.size());
        std::array<char, 16384> chunk;
        for (;;) {
            stream_.next_out = reinterpret_cast<Bytef*>(chunk.data());
            stream_.avail_out = chunk.size();
            const int outcome = inflate(&stream_, Z_NO_FLUSH);
            out.append(chunk.data(), chunk.size() - stream_.avail_out);
            if (out.size() > limit)
                return false;
            if (outcome == Z_STREAM_END)
                return stream_.avail_in == 0;
            if (outcome != Z_OK)
                return false;
        }
    }

private:
    z_stream stream_{};
    bool ready_ = false;
};

} // namespace

std::optional<std::string> gunzip(std::string_view packed, std::size_t max_bytes)
{
    constexpr std::size_t most_times = 100;
    constexpr std::size_t always_allowed = 64 * 1024;
    const std::size_t limit = std::min(max_bytes, std::max(always_allowed, packed.size() * most_times));
    std::string out;
    Inflater inflater;
    if (!inflater.run(packed, out, limit))
        return std::nullopt;
    return out;
}

} // namespace adapters::upstream
