// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/predicate.h"

#include <QAbstractTableModel>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace carry::ui
{

//! Where playing stops: before a step with a kind of event, or before one at which a condition on the figures becomes
//! true. The kinds are always there; conditions are added by people and stay for the next run.
class StopModel final : public QAbstractTableModel
{
    Q_OBJECT
  public:
    enum Column { Where, FromHit, Hits, ColumnCount };

    explicit StopModel(QObject* parent = nullptr);

    //! The record that the conditions are on; nullptr: none.
    void setRecord(std::shared_ptr<const RunRecord> record);
    //! Hits are counted up to and with this step.
    void setCursor(std::size_t step);

    //! ConfPredicate, also where there is no run yet whose figures it could name.
    Result<void> addCondition(const QString& text);
    bool isCondition(int row) const { return row >= int(kRunEventCount) && row < rowCount(); }
    void remove(int row); //!< of a condition
    void setOn(int row, bool on);
    bool isOn(int row) const { return m_stops[std::size_t(row)].on; }
    bool anyOn() const;
    //! Why a condition cannot be used with this run: it has no such figure. Empty if it can.
    QString problem(int row) const { return m_stops[std::size_t(row)].problem; }

    struct Stop {
        std::size_t step = 0; //!< with the event; playing stops before it
        int row = 0;
        std::size_t hit = 0; //!< how many times it has been true by then, from 1
    };
    //! The first step after `after` (without: of all) and below `end` that is to be stopped before.
    std::optional<Stop> firstStop(std::optional<std::size_t> after, std::size_t end) const;
    //! Of one row, on or off.
    std::optional<std::size_t> next(int row, std::size_t after, std::size_t end) const;
    std::optional<std::size_t> previous(int row, std::size_t before) const;
    QString name(int row) const;

    //! One text each, to be kept in settings.
    QStringList save() const;
    void restore(const QStringList& saved);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  signals:
    void changed(); //!< what is stopped at

  private:
    struct Row {
        std::optional<RunEvent> event; //!< else a condition
        QString condition;
        std::optional<Predicate> predicate; //!< where this run has its figures
        QString problem;
        bool on = false;
        std::size_t fromHit = 1;
        // Hits in the steps below `counted`: a cursor that moves forward costs only the steps it passes.
        mutable std::size_t counted = 0, hits = 0;
    };
    std::optional<std::size_t> nextOf(const Row& row, std::optional<std::size_t> after, std::size_t end) const;
    std::size_t countOf(const Row& row, std::size_t end) const;
    std::size_t hitsSoFar(const Row& row) const;
    void parse(Row& row) const;
    //! Reads the figures of conditions on a stored run, on another thread.
    void bringAllToHand();
    bool isCountable(const Row& row) const;

    std::shared_ptr<const RunRecord> m_record;
    std::size_t m_end = 0; //!< steps up to the cursor
    std::vector<Row> m_stops;
};

} // namespace carry::ui
