// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "notices.h"

namespace carry::ui
{

//! Notices that lie over the lower edge of a widget instead of pushing what is in it away: nothing moves under the
//! mouse when one comes or goes.
class FloatingNotices final : public QWidget
{
    Q_OBJECT
  public:
    explicit FloatingNotices(QWidget* over);
    //! Shown while the notice is; the newest at the bottom.
    void add(QWidget* notice);

  protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void place();

    QVBoxLayout* m_layout;
    QList<QWidget*> m_notices;
};

//! One line in a place that is kept for it: what the player stopped at, or has found, with buttons.
class NoteStrip final : public QFrame
{
    Q_OBJECT
  public:
    explicit NoteStrip(QWidget* parent = nullptr);

    //! Replaces what was said, with its buttons.
    void say(Banner::Level level, const QString& text);
    QToolButton* addButton(const QString& text, const std::function<void()>& pressed);
    void clear();
    QString text() const; //!< empty while there is nothing

  private:
    void paintLevel();

    Banner::Level m_level = Banner::Level::Info;
    QLabel* m_icon;
    ElidedLabel* m_text;
    QHBoxLayout* m_buttons;
    QToolButton* m_close;
};

} // namespace carry::ui
