// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "cli_program.h"

#include <csignal>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

namespace carry::test
{

//! The program on a terminal of its own, on which its standard output and standard error both show.
class Terminal
{
  public:
    explicit Terminal(const QStringList& arguments)
    {
        std::vector<std::string> words{CARRYDESK_CLI};
        for (const QString& argument : arguments)
            words.push_back(argument.toStdString());
        std::vector<char*> pointers;
        for (std::string& word : words)
            pointers.push_back(word.data());
        pointers.push_back(nullptr);
        m_child = forkpty(&m_master, nullptr, nullptr, nullptr);
        if (m_child == 0) {
            execv(pointers[0], pointers.data());
            _exit(99);
        }
        if (m_child < 0)
            qFatal("no terminal");
    }
    ~Terminal()
    {
        close(m_master);
        if (!m_waited) {
            kill(m_child, SIGKILL);
            waitpid(m_child, nullptr, 0);
        }
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    //! Reads until the text has shown; false if the program ended before.
    bool waitFor(const char* text)
    {
        while (!m_shown.contains(text))
            if (!readMore())
                return false;
        return true;
    }
    void type(const QByteArray& keys)
    {
        if (write(m_master, keys.constData(), static_cast<size_t>(keys.size())) != keys.size())
            qFatal("cannot type");
    }
    void pressControlC() { type("\x03"); }
    int finish()
    {
        while (readMore()) {
        }
        int status = 0;
        waitpid(m_child, &status, 0);
        m_waited = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    QByteArray shown() const { return m_shown; }

  private:
    bool readMore()
    {
        pollfd ready{m_master, POLLIN, 0};
        if (poll(&ready, 1, 120'000) != 1)
            qFatal("the program says nothing");
        char buffer[4096];
        const auto size = read(m_master, buffer, sizeof buffer); // -1 when the program has left its terminal
        if (size > 0)
            m_shown.append(buffer, static_cast<qsizetype>(size));
        return size > 0;
    }

    int m_master = -1;
    pid_t m_child = -1;
    bool m_waited = false;
    QByteArray m_shown;
};

//! A container or chroot may come without pseudo terminals.
inline bool hasPseudoTerminals()
{
    int master = -1;
    int slave = -1;
    if (openpty(&master, &slave, nullptr, nullptr, nullptr) != 0)
        return false;
    close(master);
    close(slave);
    return true;
}

} // namespace carry::test
