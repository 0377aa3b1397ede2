// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tests
{

/// What SQLite asks of the system, counted; the n-th of it fails.
enum class SqliteNeed
{
    write,     ///< into a file, and cutting a file short
    full_disk, ///< the same, as a full disk refuses it
    sync,
    memory
};

/// From now on the n-th need of this kind fails, counted from one; with `and_after`, every later one too.
/// Nothing fails until this is called.
void fail_sqlite(SqliteNeed need, std::uint64_t n, bool and_after = false);
/// Nothing fails any more. Whether something had.
bool stop_failing_sqlite();

} // namespace tests
