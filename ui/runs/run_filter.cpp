// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_filter.h"

#include "run_list_model.h"

#include <QRegularExpression>

namespace carry::ui
{
namespace
{

struct NumberKey {
    const char* key;
    double scale; //!< from what is typed to what is stored
    std::optional<double> (*value)(const RunListItem&);
};

constexpr NumberKey kNumbers[] = {
    {"steps", 1, [](const RunListItem& r) { return std::optional(static_cast<double>(r.steps)); }},
    {"capital", 1, [](const RunListItem& r) { return std::optional(r.capital); }},
    {"nav", 1, [](const RunListItem& r) { return r.navFinal; }},
    {"pnl", 1, [](const RunListItem& r) { return r.pnlBalance; }},
    {"apr", .01, [](const RunListItem& r) { return r.apr; }},
    {"sharpe", 1, [](const RunListItem& r) { return r.sharpe; }},
    {"drawdown", .01, [](const RunListItem& r) { return r.maxDrawdown; }},
};

const NumberKey* numberKey(const QString& key)
{
    const auto found = std::find_if(std::begin(kNumbers), std::end(kNumbers),
                                    [&](const NumberKey& n) { return key == QLatin1String(n.key); });
    return found == std::end(kNumbers) ? nullptr : found;
}

const QStringList kTimes{QStringLiteral("from"), QStringLiteral("to"), QStringLiteral("started")};
const QStringList kTexts{QStringLiteral("strategy"), QStringLiteral("preset"), QStringLiteral("status"),
                         QStringLiteral("tag"),      QStringLiteral("data"),   QStringLiteral("id"),
                         QStringLiteral("note"),     QStringLiteral("pinned"), QStringLiteral("mode")};

QString textOf(const std::string& text)
{
    return QString::fromStdString(text).toLower();
}

//! Of the time the part that was typed: "2024-06" is compared with "2024-06".
QString timeOf(const QString& key, const RunListItem& run, qsizetype length)
{
    const std::string iso =
        key == QLatin1String("started") ? run.startedAt : formatIso(key == QLatin1String("from") ? run.from : run.to);
    return textOf(iso).left(length);
}

bool textMatches(const QString& key, const QString& value, const RunListItem& run)
{
    if (key == QLatin1String("strategy"))
        return textOf(run.strategy).contains(value);
    if (key == QLatin1String("mode"))
        return textOf(run.mode).startsWith(value);
    if (key == QLatin1String("preset"))
        return textOf(run.preset).contains(value);
    if (key == QLatin1String("status"))
        return QString::fromLatin1(toText(run.status).data()).startsWith(value);
    if (key == QLatin1String("tag"))
        return std::any_of(run.tags.begin(), run.tags.end(),
                           [&](const std::string& tag) { return textOf(tag).contains(value); });
    if (key == QLatin1String("data"))
        return textOf(run.dataName).contains(value) || (run.synthetic && QStringLiteral("synthetic").contains(value));
    if (key == QLatin1String("id"))
        return textOf(run.runId).startsWith(value);
    if (key == QLatin1String("note"))
        return textOf(run.note).contains(value);
    return run.pinned == (value != QLatin1String("no"));
}

template <class T> int order(const T& a, const T& b)
{
    return a < b ? -1 : b < a ? 1 : 0;
}

} // namespace

bool RunQuery::parse(const QString& word, Term& term)
{
    static const QRegularExpression form(QStringLiteral("^([a-z]+)(:|>=|<=|>|<)(.+)$"));
    const auto match = form.match(word);
    if (!match.hasMatch())
        return false;
    term.key = match.captured(1);
    const QString sign = match.captured(2);
    term.value = match.captured(3);
    term.relation = sign == QLatin1String(":")    ? Relation::Is
                    : sign == QLatin1String("<")  ? Relation::Less
                    : sign == QLatin1String("<=") ? Relation::LessOrEqual
                    : sign == QLatin1String(">")  ? Relation::Greater
                                                  : Relation::GreaterOrEqual;
    if (kTexts.contains(term.key))
        return term.relation == Relation::Is;
    if (kTimes.contains(term.key))
        return true;
    bool isNumber = false;
    term.number = QString(term.value).remove(QLatin1Char(',')).remove(QLatin1Char('%')).toDouble(&isNumber);
    return isNumber && numberKey(term.key) != nullptr;
}

RunQuery::RunQuery(const QString& text)
{
    static const QRegularExpression blanks(QStringLiteral("\\s+"));
    for (const QString& word : text.toLower().split(blanks, Qt::SkipEmptyParts)) {
        Term term;
        if (!parse(word, term))
            term = {{}, Relation::Is, word, 0};
        m_terms.push_back(term);
    }
}

bool RunQuery::matches(const Term& term, const RunListItem& run, const QString& words)
{
    if (term.key.isEmpty())
        return words.contains(term.value);
    if (kTexts.contains(term.key))
        return textMatches(term.key, term.value, run);
    int found = 0;
    if (const NumberKey* number = numberKey(term.key)) {
        const auto value = number->value(run);
        if (!value)
            return false;
        found = order(*value, term.number * number->scale);
    } else {
        found = order(timeOf(term.key, run, term.value.size()), term.value);
    }
    switch (term.relation) {
    case Relation::Is:
        return found == 0;
    case Relation::Less:
        return found < 0;
    case Relation::LessOrEqual:
        return found <= 0;
    case Relation::Greater:
        return found > 0;
    case Relation::GreaterOrEqual:
        return found >= 0;
    }
    return false;
}

bool RunQuery::matches(const RunListItem& run, const QString& words) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const Term& term) { return matches(term, run, words); });
}

RunFilterProxy::RunFilterProxy(RunListModel* model, QObject* parent) : QSortFilterProxyModel(parent), m_model(model)
{
    setSourceModel(model);
    setDynamicSortFilter(true);
}

void RunFilterProxy::setQuery(const QString& text)
{
    m_query = RunQuery(text);
    invalidateFilter();
}

void RunFilterProxy::setStrategy(const QString& strategy)
{
    m_strategy = strategy;
    invalidateFilter();
}

void RunFilterProxy::setStatus(std::optional<RunStatus> status)
{
    m_status = status;
    invalidateFilter();
}

void RunFilterProxy::setHidden(const QSet<QString>& ids)
{
    m_hidden = ids;
    invalidateFilter();
}

bool RunFilterProxy::filterAcceptsRow(int row, const QModelIndex&) const
{
    const RunListItem& run = m_model->run(row);
    if (m_status && run.status != *m_status)
        return false;
    if (!m_strategy.isEmpty() && QString::fromStdString(run.strategy) != m_strategy)
        return false;
    if (!m_hidden.isEmpty() && m_hidden.contains(QString::fromStdString(run.runId)))
        return false;
    return m_query.empty() || m_query.matches(run, m_model->words(row));
}

bool RunFilterProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const RunListItem& a = m_model->run(left.row());
    const RunListItem& b = m_model->run(right.row());
    // Sorting the other way round exchanges the two, but not what is to come first or last in both directions.
    const bool ascending = sortOrder() == Qt::AscendingOrder;
    if (a.pinned != b.pinned)
        return a.pinned == ascending;
    const auto figures = [&](const std::optional<double>& x, const std::optional<double>& y) {
        if (x.has_value() != y.has_value())
            return x.has_value() == ascending;
        return x && *x < *y;
    };
    switch (static_cast<RunColumn>(left.column())) {
    case RunColumn::Pinned:
    case RunColumn::Started:
        return a.startedAt < b.startedAt;
    case RunColumn::Preset:
        return a.preset < b.preset;
    case RunColumn::Strategy:
        return a.strategy < b.strategy;
    case RunColumn::Data:
        return a.dataName < b.dataName;
    case RunColumn::From:
        return a.from < b.from;
    case RunColumn::To:
        return a.to < b.to;
    case RunColumn::Steps:
        return a.steps < b.steps;
    case RunColumn::Status:
        return a.status < b.status;
    case RunColumn::Capital:
        return a.capital < b.capital;
    case RunColumn::NavFinal:
        return figures(a.navFinal, b.navFinal);
    case RunColumn::Pnl:
        return figures(a.pnlBalance, b.pnlBalance);
    case RunColumn::Apr:
        return figures(a.apr, b.apr);
    case RunColumn::Sharpe:
        return figures(a.sharpe, b.sharpe);
    case RunColumn::MaxDrawdown:
        return figures(a.maxDrawdown, b.maxDrawdown);
    case RunColumn::Tags:
        return a.tags < b.tags;
    case RunColumn::Note:
        return a.note < b.note;
    case RunColumn::Mode:
        return a.mode < b.mode;
    case RunColumn::ForkOf:
        return a.parent < b.parent;
    case RunColumn::RunId:
        return a.runId < b.runId;
    }
    return false;
}

} // namespace carry::ui
