// SPDX-License-Identifier: Apache-2.0
#include "fhir/codec/document.hpp"
#include "fhir/codec/json_value.hpp"

#include <cstdint>
#include <cstdlib>

using namespace fhir::codec;

/// What is accepted must come out as JSON that is accepted and the same; the read-only document and the tree
/// must agree; a patch read from the same bytes must not break anything.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto value = parse_json(text);
    const auto document = Document::parse(text);
    if (value.has_value() != document.has_value())
        std::abort();
    if (document) {
        const Node& root = document->root();
        if (to_json(root) != to_json(*value))
            std::abort();
        if (root.is_object() && to_json(Document::parse(root.source())->root()) != to_json(root))
            std::abort();
    }
    if (!value)
        return 0;
    for (const bool pretty : {false, true}) {
        const auto again = parse_json(to_json(*value, pretty), {.max_depth = 32, .max_bytes = 64 << 20});
        if (!again || *again != *value)
            std::abort();
    }
    if (const auto* patch = value->find("patch"); patch && value->find("document"))
        static_cast<void>(apply_json_patch(*value->find("document"), *patch));
    return 0;
}
