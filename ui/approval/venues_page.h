// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/lines_model.h"
#include "session_desk.h"

class QLabel;
class QPushButton;
class QTableView;

namespace carry::ui
{

class EditBar;
class EmptyStack;
class WhenVisible;

//! How a session reaches its venues, what became of what it sent, and balances that a person must answer.
class VenuesPage final : public QWidget
{
    Q_OBJECT
  public:
    struct Connection {
        Stream stream = Stream::Binance;
        bool connected = true;
        std::optional<Time> compared; //!< when balances were, last
    };
    struct Figure {
        QString name, value, tip;
        bool attention = false;
    };
    struct Difference {
        QString account, unit;
        Decimal ours, theirs;
    };

    explicit VenuesPage(SessionDesk& desk, QWidget* parent = nullptr);

  private:
    void update();
    void showDifferences(const OutsideStatus& status);
    void askAdoption();

    SessionDesk& m_desk;
    LinesModel<Connection>* m_connections;
    LinesModel<Figure>* m_figures;
    LinesModel<Difference>* m_differences;
    EmptyStack* m_stack;
    QLabel* m_tolerance;
    QWidget* m_whole;
    EmptyStack* m_all;
    QPushButton* m_adopt;
    EditBar* m_reason;
    WhenVisible* m_refresh;
};

//! "Bybit reconnecting", "2 balances differ"; empty: all is well.
QString venueTrouble(const SessionState& state);

} // namespace carry::ui
