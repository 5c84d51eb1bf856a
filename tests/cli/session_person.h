// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "cli_program.h"

#include <csignal>

namespace carry::test
{

//! Reads what the session says, line by line, and answers.
class Person
{
  public:
    explicit Person(const QStringList& arguments)
    {
        m_process.start(QStringLiteral(CARRYDESK_CLI), QStringList{"session"} + arguments);
        if (!m_process.waitForStarted())
            qFatal("%s", qPrintable(m_process.errorString()));
    }
    ~Person() { m_process.kill(), m_process.waitForFinished(); }

    //! The next line; empty when there is none any more.
    QJsonObject next()
    {
        while (!m_process.canReadLine())
            if (!m_process.waitForReadyRead(60'000))
                break;
        const QByteArray line = m_process.readLine();
        if (line.isEmpty())
            return {};
        const auto object = QJsonDocument::fromJson(line).object();
        m_said << object["event"].toString() + ":" + object["action"].toString();
        return object;
    }
    //! Up to the next line of that kind.
    QJsonObject until(const QString& event, const QString& action = {})
    {
        for (QJsonObject line = next(); !line.isEmpty(); line = next())
            if (line["event"] == event && (action.isEmpty() || line["action"] == action))
                return line;
        return {};
    }
    void say(const QByteArray& line)
    {
        m_process.write(line + '\n');
        m_process.waitForBytesWritten();
    }
    void say(const QJsonObject& object) { say(QJsonDocument(object).toJson(QJsonDocument::Compact)); }
    void decide(const QString& action, const QJsonObject& event, QJsonObject more = {})
    {
        const auto proposal = event["proposal"].toObject();
        more["action"] = action;
        more["proposal"] = proposal["proposal"];
        more["hash"] = proposal["hash"];
        say(more);
    }
    void close() { m_process.closeWriteChannel(); }
    void signal(int number) { ::kill(static_cast<pid_t>(m_process.processId()), number); }
    int status()
    {
        while (!next().isEmpty()) {
        }
        m_process.waitForFinished();
        return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    QString errors() { return QString::fromUtf8(m_process.readAllStandardError()); }
    QString said() const { return m_said.join(' '); }

  private:
    QProcess m_process;
    QStringList m_said;
};

} // namespace carry::test
