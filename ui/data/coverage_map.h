// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/market_data.h"

#include <QWidget>
#include <memory>
#include <vector>

namespace carry::ui
{

//! The series of the data as bars over one axis of time, with the findings that have a time marked on them.
class CoverageMap final : public QWidget
{
    Q_OBJECT
  public:
    explicit CoverageMap(QWidget* parent = nullptr);

    void setData(std::shared_ptr<const MarketData> market);
    //! Series of the row that is selected; empty: none.
    const QString& selected() const { return m_selected; }
    void select(const QString& series);
    QString seriesAt(const QPoint& position) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {320, sizeHint().height()}; }

  signals:
    void selectionChanged(const QString& series);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

  private:
    struct Mark {
        Time from, to;
        FindingSeverity severity;
    };
    struct Row {
        QString series, cadence, rows, file;
        Time first, last;
        std::uint64_t holes = 0;
        std::vector<Mark> marks;
    };
    QRect bars() const;
    double xOf(Time time) const;
    void paintAxis(QPainter& painter) const;
    void paintRow(QPainter& painter, const Row& row, int y) const;
    QString describe(const Row& row) const;

    std::vector<Row> m_rows;
    Time m_from{}, m_to{};
    QString m_selected;
    int m_nameWidth = 0, m_cadenceWidth = 0, m_rowsWidth = 0;
};

} // namespace carry::ui
