// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <cstdint>
#include <string>

namespace carry
{

//! Says that a program is alive and writing a run: a lock on the run's byte of the file "<database>-writers". The
//! system drops it when the program ends, in whatever way, so a run that is not finished and has no lease was
//! interrupted. The last one to leave removes the file.
class RunLease
{
  public:
    RunLease() = default; //!< holds nothing
    //! StoreBusyRun where another program, or another writer of this one, has it.
    static Result<RunLease> take(const std::string& database, std::int64_t run);
    static bool isTaken(const std::string& database, std::int64_t run);

    RunLease(RunLease&& other) noexcept;
    RunLease& operator=(RunLease&& other) noexcept;
    ~RunLease(); //!< gives it back

  private:
    RunLease(int file, std::string path) : m_file(file), m_path(std::move(path)) {}
    int m_file = -1;
    std::string m_path;
};

} // namespace carry
