// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_lease.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace carry
{
namespace
{

//! Beside the file itself: a database may be opened through a link, and all must look at one place.
std::string leaseFile(const std::string& database)
{
    std::error_code ignored;
    const auto real = std::filesystem::canonical(database, ignored);
    return (ignored ? database : real.string()) + "-writers";
}

struct flock byteOf(std::int64_t run, short type)
{
    struct flock lock {
    };
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = run;
    lock.l_len = 1;
    return lock;
}

//! Whether the open file is still the one of that name.
bool isStill(int file, const std::string& path)
{
    struct stat opened {
    };
    struct stat named {
    };
    return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

enum class Holder { Nobody, Writer, Leaving };

//! Who keeps others from locking a run's byte. Leaving: for the moment of removing the file, the last writer locks all
//! of it.
Holder holderOf(int file, std::int64_t run)
{
    struct flock lock = byteOf(run, F_WRLCK);
    if (::fcntl(file, F_OFD_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
        return Holder::Nobody;
    return lock.l_len == 0 ? Holder::Leaving : Holder::Writer;
}

void waitAMoment()
{
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

} // namespace

Result<RunLease> RunLease::take(const std::string& database, std::int64_t run)
{
    const std::string path = leaseFile(database);
    for (;;) {
        const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (file < 0)
            return fail(Error(ErrorCode::StoreOpen).with("file", path).with("found", std::strerror(errno)));
        // Of the open file and not of the process (F_SETLK): two writers in one program must see each other too.
        struct flock lock = byteOf(run, F_WRLCK);
        const bool locked = ::fcntl(file, F_OFD_SETLK, &lock) == 0;
        if (locked && isStill(file, path))
            return RunLease(file, path);
        if (!locked && errno != EAGAIN && errno != EACCES) { // a file system without locks
            const std::string found = std::strerror(errno);
            ::close(file);
            return fail(Error(ErrorCode::StoreOpen).with("file", path).with("found", found));
        }
        const Holder holder = locked ? Holder::Nobody : holderOf(file, run);
        ::close(file);
        if (holder == Holder::Writer)
            return fail(Error(ErrorCode::StoreBusyRun).with("run", run).with("file", database));
        // Somebody removed the file between opening and locking, or is about to: there will be a new one.
        if (!locked)
            waitAMoment();
    }
}

bool RunLease::isTaken(const std::string& database, std::int64_t run)
{
    for (;;) {
        const int file = ::open(leaseFile(database).c_str(), O_RDONLY | O_CLOEXEC); // asking takes no more than reading
        if (file < 0)
            return errno != ENOENT; // without the file nobody is writing; without an answer somebody may be
        const Holder holder = holderOf(file, run);
        ::close(file);
        if (holder != Holder::Leaving)
            return holder == Holder::Writer;
        waitAMoment();
    }
}

RunLease::RunLease(RunLease&& other) noexcept : m_file(std::exchange(other.m_file, -1)), m_path(std::move(other.m_path))
{
}

RunLease& RunLease::operator=(RunLease&& other) noexcept
{
    std::swap(m_file, other.m_file);
    std::swap(m_path, other.m_path);
    return *this;
}

RunLease::~RunLease()
{
    if (m_file < 0)
        return;
    struct flock all = byteOf(0, F_WRLCK);
    all.l_len = 0; // to the end: only possible while nobody else writes a run
    if (::fcntl(m_file, F_OFD_SETLK, &all) == 0)
        ::unlink(m_path.c_str());
    ::close(m_file);
}

} // namespace carry
