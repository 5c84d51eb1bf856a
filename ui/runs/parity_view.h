// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/lines_model.h"
#include "desk/parity.h"

#include <QWidget>
#include <functional>

class QLabel;
class QTableView;

namespace carry::ui
{

//! A session against its backtest: where the P&L parts, leg by leg.
class ParityView final : public QWidget
{
    Q_OBJECT
  public:
    struct Line : ParityLeg {
        Asset shareClass = Asset::USDT;
    };

    explicit ParityView(QWidget* parent = nullptr);

    void setReport(ParityReport report);
    const ParityReport& report() const { return m_report; }
    //! Tab separated, with a head.
    QString plainText() const;
    QString csvText() const; //!< words in quotes
    void setFileChooser(std::function<QString(const QString& suggested)> chooser) { m_choose = std::move(chooser); }

  signals:
    void backRequested();
    void exported(const QString& path);
    void exportFailed(const QString& path, const QString& why);

  private:
    QWidget* makeHead();
    void save();

    ParityReport m_report;
    std::function<QString(const QString&)> m_choose;
    LinesModel<Line>* m_model;
    QLabel *m_title, *m_summary;
    QTableView* m_table;
};

} // namespace carry::ui
