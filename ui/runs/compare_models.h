// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stored_runs.h"

#include <QAbstractTableModel>
#include <QFont>

namespace carry::ui
{

//! "A", "B", ... as the runs of a comparison are called.
QString runLetter(std::size_t run);
//! "btc-basis", of a preset's name or file.
QString runName(const StoredRun& run);

//! Which end of a metric is the good one.
enum class Better { Higher, Lower, Neither };
Better betterOf(const std::string& metric);
QString metricTitle(const std::string& metric);
//! Runs with the best value of a metric; empty where all are equal, or neither end is good. Amounts are not judged
//! between runs of different capital.
std::vector<bool> bestOf(const MetricDifference& metric, bool sameCapital);

//! Metrics side by side: one row a metric, one column a run, the best one marked.
class CompareMetricsModel final : public QAbstractTableModel
{
    Q_OBJECT
  public:
    explicit CompareMetricsModel(QObject* parent = nullptr);
    void setComparison(const Comparison& comparison);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QString toolTip(std::size_t row, std::size_t run) const;

    std::vector<MetricDifference> m_metrics;
    std::vector<std::vector<bool>> m_best;
    QStringList m_runs;
    QFont m_numbers, m_bold;
};

//! The configuration keys in which runs differ.
class CompareConfigModel final : public QAbstractTableModel
{
    Q_OBJECT
  public:
    explicit CompareConfigModel(QObject* parent = nullptr);
    void setComparison(const Comparison& comparison);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<ConfigurationDifference> m_keys;
    int m_runs = 0;
    QFont m_numbers;
};

} // namespace carry::ui
