// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QElapsedTimer>
#include <QPushButton>
#include <QTimer>

namespace carry::ui
{

//! A button that has to be held, by mouse or Space, until it is full: what it does cannot be done by a slip.
class HoldButton final : public QPushButton
{
    Q_OBJECT
  public:
    static constexpr int kHoldMs = 800;

    explicit HoldButton(QWidget* parent = nullptr);
    //! 0 to 1.
    double progress() const;

  signals:
    void confirmed(); //!< held long enough

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void look();

    QTimer m_tick;
    QElapsedTimer m_held; //!< invalid: it is not held
};

} // namespace carry::ui
