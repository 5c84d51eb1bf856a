// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the inspector: one selection as HTML.
#pragma once
#include "common/number_format.h"
#include "common/run_session.h"
#include "common/theme.h"
#include "common/words.h"
#include "desk/conditions.h"
#include "desk/inspection.h"
#include "record_text.h"

#include <cmath>
#include <functional>

namespace carry::ui::inspector
{

using Kind = Selection::Kind;

QString text(std::string_view view); //!< escaped
QString colored(const QColor& color, const QString& html);
QString muted(const QString& html);
QString link(Kind kind, std::size_t index, const QString& html);
QString badge(const Badge& b);
//! The figure as shown, or why there is none.
QString orReason(double value, const QString& shown);

//! The text of one selection, put together from titles and tables.
class Page
{
  public:
    explicit Page(const RunView& view) : m_view(view), m_record(*view.record()) {}

    QString step(std::size_t step);
    QString plan(PlanId plan);
    QString instruction(InstructionId id);
    QString ledger(std::size_t index);
    QString event(std::size_t index);
    QString funding(std::size_t index);
    QString account(AccountId id);
    QString exchange(std::size_t index);
    QString asset(Asset asset);

  private:
    struct Table {
        QString html;
        void row(const QString& name, const QString& value)
        {
            html += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td align='right'>%2</td></tr>").arg(muted(name), value);
        }
        void cells(const QStringList& values, bool heading = false)
        {
            html += QStringLiteral("<tr>");
            for (qsizetype i = 0; i < values.size(); ++i)
                html += QStringLiteral("<td %1>%2&nbsp;&nbsp;</td>")
                            .arg(i == 0 ? QString() : QStringLiteral("align='right'"),
                                 heading ? muted(values[i]) : values[i]);
            html += QStringLiteral("</tr>");
        }
    };
    void title(const QString& html, const QString& below = {})
    {
        m_html += QStringLiteral("<p style='font-size:large;margin-bottom:0'><b>%1</b></p>").arg(html);
        if (!below.isEmpty())
            m_html += QStringLiteral("<p style='margin-top:2px'>%1</p>").arg(below);
    }
    void section(const QString& name)
    {
        m_html += QStringLiteral("<p style='margin-bottom:2px'><b>%1</b></p>").arg(name);
    }
    void paragraph(const QString& html) { m_html += QStringLiteral("<p style='margin:2px 0'>%1</p>").arg(html); }
    void add(const Table& table)
    {
        m_html += QStringLiteral("<table cellspacing='0' cellpadding='1' width='100%'>%1</table>").arg(table.html);
    }

    QString accountText(AccountId id) const
    {
        return link(Kind::Account, id, Words::account(m_record.chart().at(id)).toHtmlEscaped());
    }
    QString timeLink(std::size_t step) const { return link(Kind::Step, step, dateTimeSeconds(m_record.time(step))); }
    QString instructionText(InstructionId id) const
    {
        return link(Kind::Instruction, id, text(describeInstruction(m_record.instruction(id - 1).instruction.body)));
    }
    //! An amount in the currency of the run: "12.30 USDT".
    QString amount(double value) const
    {
        return inCurrency(value, m_record.info().shareClass) + QLatin1Char(' ') + currency(m_record.info().shareClass);
    }
    QString readingFlags(unsigned flags) const;
    void decisionOf(std::size_t step);
    void conditions(std::size_t step);
    void entries(const std::vector<std::size_t>& indices);
    void lastEntries(const std::function<bool(const Posting&)>& wanted);
    void effects(InstructionId id);
    void history(InstructionId id);
    void groups(const LogRange& plan);
    void group(const GroupLine& line);
    void loop(const GroupLine& line);
    void changes(const LogRange& instructions);
    void conversion(AccountId id);
    void lending(std::size_t step);

    const RunView& m_view;
    const RunRecord& m_record;
    QString m_html;
};

} // namespace carry::ui::inspector
