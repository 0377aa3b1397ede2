// SPDX-License-Identifier: Apache-2.0
#include "tests/gateway/store/failing_sqlite.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <stdexcept>

// A VFS around the system's own, and an allocator around SQLite's. Both are put in place before main, while
// SQLite still takes them, and change nothing until they are told to.
namespace tests
{

namespace
{

std::atomic<std::uint64_t> left = 0; ///< needs until one fails; 0: none will
std::atomic<bool> ever_after = false;
std::atomic<bool> failed = false;
std::atomic<SqliteNeed> failing = SqliteNeed::write;

bool fails_now(SqliteNeed need)
{
    if (left == 0 || failing != need)
        return false;
    if (left > 1) {
        --left;
        return false;
    }
    if (!ever_after)
        left = 0;
    failed = true;
    return true;
}

// ---- files

sqlite3_vfs* system_vfs = nullptr;

struct File
{
    sqlite3_file base;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

sqlite3_file* real(sqlite3_file* file)
{
    return reinterpret_cast<File*>(file)->real();
}

int changes(sqlite3_file* file, int code)
{
    (void)file;
    if (fails_now(SqliteNeed::full_disk))
        return SQLITE_FULL;
    return fails_now(SqliteNeed::write) ? code : SQLITE_OK;
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 at)
{
    const int refused = changes(file, SQLITE_IOERR_WRITE);
    return refused != SQLITE_OK ? refused : real(file)->pMethods->xWrite(real(file), data, size, at);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size)
{
    const int refused = changes(file, SQLITE_IOERR_TRUNCATE);
    return refused != SQLITE_OK ? refused : real(file)->pMethods->xTruncate(real(file), size);
}

int sync_file(sqlite3_file* file, int flags)
{
    return fails_now(SqliteNeed::sync) ? SQLITE_IOERR_FSYNC : real(file)->pMethods->xSync(real(file), flags);
}

const sqlite3_io_methods& methods()
{
    static const sqlite3_io_methods all = {
        3,
        [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
        [](sqlite3_file* f, void* data, int size, sqlite3_int64 at) {
            return real(f)->pMethods->xRead(real(f), data, size, at);
        },
        write_file,
        truncate_file,
        sync_file,
        [](sqlite3_file* f, sqlite3_int64* size) { return real(f)->pMethods->xFileSize(real(f), size); },
        [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); },
        [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); },
        [](sqlite3_file* f, int* held) { return real(f)->pMethods->xCheckReservedLock(real(f), held); },
        [](sqlite3_file* f, int what, void* with) {
            return real(f)->pMethods->xFileControl(real(f), what, with);
        },
        [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
        [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
        [](sqlite3_file* f, int page, int size, int extend, void volatile** at) {
            return real(f)->pMethods->xShmMap(real(f), page, size, extend, at);
        },
        [](sqlite3_file* f, int from, int count, int flags) {
            return real(f)->pMethods->xShmLock(real(f), from, count, flags);
        },
        [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
        [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
        [](sqlite3_file* f, sqlite3_int64 at, int size, void** data) {
            return real(f)->pMethods->xFetch(real(f), at, size, data);
        },
        [](sqlite3_file* f, sqlite3_int64 at, void* data) {
            return real(f)->pMethods->xUnfetch(real(f), at, data);
        }};
    return all;
}

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* flags_given)
{
    file->pMethods = nullptr;
    const int result = system_vfs->xOpen(system_vfs, name, real(file), flags, flags_given);
    if (result == SQLITE_OK)
        file->pMethods = &methods();
    return result;
}

// ---- memory

sqlite3_mem_methods system_memory{};

void* allocate(int size)
{
    return fails_now(SqliteNeed::memory) ? nullptr : system_memory.xMalloc(size);
}

void* reallocate(void* block, int size)
{
    return fails_now(SqliteNeed::memory) ? nullptr : system_memory.xRealloc(block, size);
}

const bool in_place = [] {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &system_memory);
    sqlite3_mem_methods memory = system_memory;
    memory.xMalloc = allocate;
    memory.xRealloc = reallocate;
    if (sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK)
        throw std::logic_error("SQLite is at work already");
    system_vfs = sqlite3_vfs_find(nullptr);
    static sqlite3_vfs vfs = *system_vfs;
    vfs.zName = "failing";
    vfs.pNext = nullptr;
    vfs.szOsFile += static_cast<int>(sizeof(File));
    vfs.xOpen = open_file;
    return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK;
}();

} // namespace

void fail_sqlite(SqliteNeed need, std::uint64_t n, bool and_after)
{
    if (!in_place)
        throw std::logic_error("SQLite cannot be made to fail");
    failing = need;
    ever_after = and_after;
    failed = false;
    left = n;
}

bool stop_failing_sqlite()
{
    left = 0;
    return failed.exchange(false);
}

} // namespace tests
