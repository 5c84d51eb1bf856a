// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_lease.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace carry
{
namespace
{

std::string leaseFile(const std::string& database)
{
    return database + "-writers";
}

struct flock byteOf(std::int64_t run, short type)
{
    struct flock lock {};
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
        ::close(file);
        if (!locked)
            return fail(Error(ErrorCode::StoreBusyRun).with("run", run).with("file", database));
        // Somebody removed the file between opening and locking: there is a new one by now.
    }
}

bool RunLease::isTaken(const std::string& database, std::int64_t run)
{
    const int file = ::open(leaseFile(database).c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0)
        return false; // nobody ever wrote, or nobody may write here
    struct flock lock = byteOf(run, F_WRLCK);
    const bool asked = ::fcntl(file, F_OFD_GETLK, &lock) == 0;
    ::close(file);
    return asked && lock.l_type != F_UNLCK;
}

RunLease::RunLease(RunLease&& other) noexcept
    : m_file(std::exchange(other.m_file, -1)), m_path(std::move(other.m_path))
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
