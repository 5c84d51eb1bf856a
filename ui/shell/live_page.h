// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

namespace carry::ui
{

//! Where decisions that need a person are approved. Nothing can be connected yet, and it says so: no control here looks
//! as if it could send anything.
class LivePage : public QWidget
{
    Q_OBJECT
  public:
    explicit LivePage(QWidget* parent = nullptr);

  signals:
    void replayRequested();
};

} // namespace carry::ui
