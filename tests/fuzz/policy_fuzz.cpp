// SPDX-License-Identifier: Apache-2.0
#include "gateway/policy/directory.hpp"
#include "gateway/settings/agreed.hpp"

#include <cstdlib>

/// What is put at `/policy/…`: kind, name and JSON, a line each. A refusal says why; what is accepted has
/// that name, means the same when it is read again, and grants nobody anything at a practice that it does not
/// name.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size)
{
    using namespace gateway;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = [&] {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string part(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        return part;
    };
    policy::PolicyTable table;
    table.kind = line();
    table.key = line();
    table.body = text;
    if (settings::key_of_kind(table.kind).empty())
        return 0;
    const settings::Settings settings;
    const auto agreed = settings::read_agreed(settings, {table});
    if (!agreed) {
        if (agreed.error().sentence().empty())
            std::abort();
        return 0;
    }
    const auto again = settings::read_agreed(settings, {table});
    if (!again || settings::dangling(settings, *agreed) != settings::dangling(settings, *again))
        std::abort();
    if (agreed->agreements.size() + agreed->areas.size() + agreed->valves.size() != 1)
        std::abort();
    for (const auto& agreement : agreed->agreements)
        if (agreement.id != table.key)
            std::abort();
    const policy::Sharing sharing(*agreed);
    const auto nobody = *fhir::OdsCode::parse("ZZ999999"), practice = *fhir::OdsCode::parse("ZZ999998");
    const auto names = [&](const fhir::OdsCode& ods) {
        return table.body.find(ods.text()) != std::string::npos;
    };
    if (!names(practice) && sharing.terms(practice, nobody, policy::Use::book, fhir::Instant{}).allowed())
        std::abort();
    return 0;
}
