// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/settings.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)gateway::settings::load_text(text, "input.toml", "/nonexistent", {}, nullptr);
    return 0;
}
