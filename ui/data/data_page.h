// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/market_data.h"

#include <QWidget>
#include <memory>

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QScrollArea;
class QStackedWidget;
class QTableView;

namespace carry::ui
{

class Banner;
class CoverageMap;
class FindingFilter;
class FindingModel;
class ProgressStrip;

//! What the market data hold and what is wrong with them: coverage of each series, and the quality report with what was
//! done about each finding.
class DataPage final : public QWidget
{
    Q_OBJECT
  public:
    explicit DataPage(QWidget* parent = nullptr);

    //! `source`: "demo", "demo:HOURS" or the folder's path.
    void setData(std::shared_ptr<const MarketData> market, const QString& source);
    //! While data are being read; ends with setData() or clearLoading().
    void setLoading(std::size_t done, std::size_t total);
    void clearLoading();
    //! Exports of the report, for the menu.
    QList<QAction*> commands() const { return m_exports; }

  signals:
    //! Empty: the person is to be asked for one.
    void openFolderRequested(const QString& folder);
    void demoRequested();
    void cancelRequested();

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    QWidget* buildReport();
    void showSummary();
    void exportReport(bool json);

    std::shared_ptr<const MarketData> m_data;
    FindingModel* m_model;
    FindingFilter* m_filter;
    QLabel *m_name, *m_summary, *m_shown;
    Banner* m_banner;
    ProgressStrip* m_progress;
    QStackedWidget* m_stack;
    CoverageMap* m_map;
    QTableView* m_table;
    QComboBox* m_severity;
    QLineEdit* m_words;
    QList<QAction*> m_exports;
};

} // namespace carry::ui
