// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/stored_runs.h"

#include <QWidget>

class QComboBox;
class QCustomPlot;
class QLabel;
class QTabWidget;
class QCPBars;
class QCPItemTracer;

namespace carry::ui
{

//! Runs of a comparison over each other: what one unit of money became and how far it fell, and how the P&L of one run
//! becomes that of another, line by line.
class CompareCharts final : public QWidget
{
    Q_OBJECT
  public:
    explicit CompareCharts(QWidget* parent = nullptr);

    void setComparison(const Comparison& comparison);
    //! Which run the bridge leads to: 1 for B.
    void showBridgeTo(int run);
    //! What the bars show, tab separated, for the clipboard.
    QString bridgeText() const;
    const PnlBridge& bridge() const { return m_bridge; }

  private:
    QWidget* makeCurves();
    QWidget* makeBridge();
    void drawCurves();
    void drawBridge();
    double bridgeBase() const;
    void addBar(std::size_t bar, double base, double before);
    void restyle();
    void readOut(const QPoint& at);
    void tellBar(const QPoint& at);
    QString amount(double value) const;

    Comparison m_comparison;
    PnlBridge m_bridge;
    QTabWidget* m_tabs;
    QCustomPlot *m_curves, *m_bars;
    QLabel *m_reading, *m_unit;
    QComboBox* m_other;
};

} // namespace carry::ui
