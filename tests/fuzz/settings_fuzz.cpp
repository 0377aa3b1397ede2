// SPDX-License-Identifier: Apache-2.0
#include "adapters/registry.hpp"
#include "gateway/settings/section_reader.hpp"

#include <cstdlib>

using namespace gateway::settings;

/// The same bytes as the gateway's file and as the practices file: whatever is wrong is told with its place.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto gateway = load_text(text, "input.toml", "/nonexistent", {}, nullptr);
    if (gateway.problems.empty()) // no file it names is there
        std::abort();

    const RawDocument document = read_toml(text, "practices.toml");
    Loaded practices;
    if (document.error.empty()) {
        read_practices(document, "/nonexistent", adapters::find_supplier_system, practices);
        complete(practices, "practices.toml");
    }
    for (const auto& problem : practices.problems)
        if (problem.where.empty() || problem.sentence.empty())
            std::abort();
    return 0;
}
