// SPDX-License-Identifier: Apache-2.0
#include "adapters/xml.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace
{

using adapters::xml::Document;
using adapters::xml::Node;

bool same(const Document& one, const Document& other)
{
    const Node* a = one.root().node();
    const Node* b = other.root().node();
    if (a->size != b->size)
        return false;
    for (const Node *each = a, *twin = b; each != a + a->size; ++each, ++twin)
        if (each->name != twin->name || each->space != twin->space || each->text != twin->text ||
            each->size != twin->size || each->attributes != twin->attributes || each->prefix != twin->prefix)
            return false;
    return true;
}

} // namespace

/// Plain XML is read in a way of its own. A comment behind it makes it one that is not plain: what is read
/// must stay the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto read = adapters::xml::read(text);
    if (!read)
        return 0;
    const auto with_comment = adapters::xml::read(text + "<!---->");
    if (!with_comment || !same(*read, *with_comment))
        std::abort();
    return 0;
}
