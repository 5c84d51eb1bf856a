// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stored_runs.h"

#include <QSet>
#include <QSortFilterProxyModel>
#include <QString>
#include <vector>

namespace carry::ui
{

class RunListModel;

//! What a person typed into the filter box. Words that all must occur, `key:value` for one field, and `key>value`,
//! `>=`, `<`, `<=` for figures and times: "carry strategy:btc_basis status:done tag:live apr>5 from>=2024-06".
//! Percentages are typed as people read them. What is not understood is looked for as a word.
class RunQuery
{
  public:
    RunQuery() = default;
    explicit RunQuery(const QString& text);

    //! `words`: all words of the run in lower case.
    bool matches(const RunListItem& run, const QString& words) const;
    bool empty() const { return m_terms.empty(); }

  private:
    enum class Relation { Is, Less, LessOrEqual, Greater, GreaterOrEqual };
    struct Term {
        QString key; //!< empty: a free word
        Relation relation = Relation::Is;
        QString value; //!< lower case
        double number = 0;
    };
    static bool parse(const QString& word, Term& term);
    static bool matches(const Term& term, const RunListItem& run, const QString& words);

    std::vector<Term> m_terms;
};

//! Filters by query, strategy and status; sorts by any column with pinned runs first and absent figures last.
class RunFilterProxy final : public QSortFilterProxyModel
{
    Q_OBJECT
  public:
    explicit RunFilterProxy(RunListModel* model, QObject* parent = nullptr);

    void setQuery(const QString& text);
    void setStrategy(const QString& strategy); //!< empty: all
    void setStatus(std::optional<RunStatus> status);
    //! Runs that are not shown whatever the filter says: about to be deleted.
    void setHidden(const QSet<QString>& ids);
    const QSet<QString>& hidden() const { return m_hidden; }
    bool filters() const { return !m_query.empty() || !m_strategy.isEmpty() || m_status; }

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

  private:
    RunListModel* m_model;
    RunQuery m_query;
    QString m_strategy;
    std::optional<RunStatus> m_status;
    QSet<QString> m_hidden;
};

} // namespace carry::ui
