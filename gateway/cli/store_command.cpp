// SPDX-License-Identifier: Apache-2.0
#include "gateway/cli/store_command.hpp"

#include "gateway/store/key_rotation.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace gateway::cli
{

namespace
{

/// A line for each twentieth.
void show_progress(std::size_t done, std::size_t all)
{
    if (done * 20 / all != (done - 1) * 20 / all)
        std::fprintf(stderr, "%3zu %%  %zu of %zu values\n", done * 100 / all, done, all);
}

} // namespace

fhir::Result<std::string> rotate_key(const settings::StoreSettings& store, const std::string& new_key_file)
{
    const auto sealed = store::rotate_key({store.path, store.key_file, new_key_file, show_progress});
    if (!sealed)
        return std::unexpected(sealed.error());
    return fmt::format(
        "{} values are sealed with the key in {}.\n"
        "1. Set key_file = \"{}\" in [store] of the settings and start the gateway.\n"
        "2. Copy the new key to where its backup is kept, apart from the database.\n"
        "3. Keep {} for as long as there are backups of the database from before; then destroy it.\n",
        *sealed, new_key_file, new_key_file, store.key_file);
}

} // namespace gateway::cli
