// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/words.h"
#include "desk/stored_runs.h"

#include <QAbstractTableModel>
#include <QFont>
#include <QHash>

namespace carry::ui
{

enum class RunColumn {
    Pinned,
    Started,
    Preset,
    Strategy,
    Data,
    From,
    To,
    Steps,
    Status,
    Capital,
    NavFinal,
    Pnl,
    Apr,
    Sharpe,
    MaxDrawdown,
    Tags,
    Note,
    ForkOf,
    RunId,
    Mode,
};
inline constexpr int kRunColumnCount = 20;

Badge runStatusBadge(RunStatus status);

//! The stored runs, one a row, in the order they were given.
class RunListModel final : public QAbstractTableModel
{
    Q_OBJECT
  public:
    enum Role {
        RunIdRole = Qt::UserRole + 1, //!< QString
    };

    explicit RunListModel(QObject* parent = nullptr);

    //! Brings the rows up to date by run id: what vanished goes, what is new comes, the rest changes in place.
    void setRuns(std::vector<RunListItem> runs);
    const RunListItem& run(int row) const { return m_runs[static_cast<std::size_t>(row)]; }
    //! Row of a run, by id or the beginning of it; -1: none.
    int rowOf(const QString& idOrPrefix) const;
    //! What the filter's free words are looked for in: all words of a row, in lower case.
    const QString& words(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    void removeVanished(const std::vector<RunListItem>& runs);
    //! Whether the rows that are left follow each other as in `runs`, so that only insertions are missing.
    bool sameOrder(const std::vector<RunListItem>& runs) const;
    QString display(const RunListItem& run, RunColumn column) const;
    QString plainText(const RunListItem& run, RunColumn column) const;
    QString toolTip(const RunListItem& run, RunColumn column) const;
    QVariant foreground(const RunListItem& run, RunColumn column) const;
    void restyle();

    std::vector<RunListItem> m_runs;
    mutable std::vector<QString> m_words; //!< made when first asked for; null until then
    QFont m_numbers;
};

} // namespace carry::ui
