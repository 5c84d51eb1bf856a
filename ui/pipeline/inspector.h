// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"

#include <QTimer>
#include <QWidget>

class QTextBrowser;
class QUrl;

namespace carry::ui
{

//! Everything about what is selected, and about the step at the cursor while nothing is: figures, reasons, conditions,
//! effects, with links that lead on from a step to its decision, its plan, its instructions, their ledger entries.
class Inspector final : public QWidget
{
    Q_OBJECT
  public:
    explicit Inspector(RunSession& session, QWidget* parent = nullptr);

    //! What is shown, as plain text.
    QString text() const;
    //! Brings it up to date now; otherwise it follows a moving cursor a little behind.
    void refresh();

  private:
    void follow(const QUrl& link);

    RunSession& m_session;
    QTextBrowser* m_browser;
    QTimer m_soon;
    QString m_shown;
};

} // namespace carry::ui
