// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/lines_model.h"
#include "common/run_session.h"
#include "desk/inspection.h"

#include <QWidget>

class QTableView;

namespace carry::ui
{

//! What a price change would act on at the cursor: net and gross of each asset, and each exchange's part.
class ExposurePanel final : public QWidget
{
    Q_OBJECT
  public:
    explicit ExposurePanel(RunSession& session, QWidget* parent = nullptr);
    QTableView* assets() const { return m_assets; }
    QTableView* exchanges() const { return m_exchanges; }

  private:
    QTableView* makeTable(QAbstractItemModel* model, const QString& name, const char* objectName);
    QWidget* makeBody();
    void update();
    void connectTable(QTableView* table, void (ExposurePanel::*choose)(const QModelIndex&));
    void chooseAsset(const QModelIndex& index);
    void chooseExchange(const QModelIndex& index);
    void followSelection();

    RunSession& m_session;
    LinesModel<ExposureLine>* m_assetModel;
    LinesModel<VenueLine>* m_exchangeModel;
    QTableView* m_assets = nullptr;
    QTableView* m_exchanges = nullptr;
    QWidget* m_exchangeHeading = nullptr;
    EmptyStack* m_stack = nullptr;
    WhenVisible* m_refresh = nullptr;
    bool m_following = false;
};

} // namespace carry::ui
