// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "runs/compare_charts.h"
#include "runs/compare_models.h"

#include <QWidget>

class QLabel;
class QTableView;
class QVBoxLayout;

namespace carry::ui
{

//! Two to eight runs side by side: curves, metrics, the configuration keys that differ, and where the runs part.
class CompareView final : public QWidget
{
    Q_OBJECT
  public:
    explicit CompareView(QWidget* parent = nullptr);

    void setComparison(const Comparison& comparison);
    const Comparison& comparison() const { return m_comparison; }
    CompareCharts& charts() { return *m_charts; }
    //! All of it as plain text, tables tab separated.
    QString plainText() const;

  signals:
    void backRequested();
    void openRequested(const QString& runId);
    //! A run at a time, beside the one that it is compared with.
    void openBesideRequested(const QString& runId, const QString& referenceId, qint64 ms);

  private:
    QTableView* makeTable(QAbstractItemModel* model, const QString& name);
    QWidget* makeHead();
    void showRuns();
    void showDivergence();
    QWidget* divergenceCard(std::size_t run);
    QString divergenceText(std::size_t run) const;
    void copy() const;

    Comparison m_comparison;
    CompareMetricsModel m_metrics;
    CompareConfigModel m_config;
    QLabel *m_title, *m_configTitle;
    CompareCharts* m_charts;
    QTableView *m_metricsTable, *m_configTable;
    QWidget *m_runs = nullptr, *m_cards = nullptr;
    QVBoxLayout *m_runsLayout = nullptr, *m_cardsLayout = nullptr;
};

} // namespace carry::ui
