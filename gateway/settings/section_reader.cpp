// SPDX-License-Identifier: Apache-2.0
#include "gateway/settings/section_reader.hpp"

namespace gateway::settings
{

void SectionReader::refuse_unknown(const std::vector<std::string>& known, std::string_view section,
                                   const RawTable& table)
{
    for (const RawEntry& entry : table.entries) {
        if (std::ranges::find(known, entry.key) != known.end())
            continue;
        std::string sentence = "There is no setting `" + entry.key + "` in [" + std::string(section) + "].";
        if (const std::string like = nearest(entry.key, known); !like.empty())
            sentence += " Did you mean `" + like + "`?";
        problem(entry.where, std::move(sentence));
    }
}

} // namespace gateway::settings
