// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/market_data.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>
#include <memory>

namespace carry::ui
{

//! The findings of a data-quality report, one a row.
class FindingModel final : public QAbstractTableModel
{
    Q_OBJECT
  public:
    enum Column { Severity, Kind, Series, From, To, Count, Place, Rule, Detail, ColumnCount };
    enum Role { SortRole = Qt::UserRole + 1 };

    explicit FindingModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

    void setData(std::shared_ptr<const MarketData> data);
    const Finding& finding(int row) const { return m_data->report.findings[static_cast<std::size_t>(row)]; }
    QString place(int row) const; //!< "binance/x.csv:970"

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    QString text(const Finding& finding, int row, int column) const;

    std::shared_ptr<const MarketData> m_data;
};

//! Findings of a severity and above, of one series, with all the words.
class FindingFilter final : public QSortFilterProxyModel
{
    Q_OBJECT
  public:
    explicit FindingFilter(QObject* parent = nullptr);
    void setSeverity(FindingSeverity least);
    void setSeries(const QString& series);
    void setWords(const QString& words);

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

  private:
    FindingSeverity m_least = FindingSeverity::Info;
    QString m_series;
    QStringList m_words;
};

} // namespace carry::ui
