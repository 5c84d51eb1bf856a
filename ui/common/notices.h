// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <QElapsedTimer>
#include <QFrame>
#include <functional>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace carry::ui
{

//! Words below a field, at once and without moving anything: what is wrong with it, or what may be typed.
void tellAt(QWidget& field, const QString& text);

//! A message inside a page, instead of a dialog: what happened, what to do, buttons. Hidden until there is one.
class Banner : public QFrame
{
    Q_OBJECT
  public:
    enum class Level { Info, Success, Warning, Error };

    explicit Banner(QWidget* parent = nullptr);

    //! Replaces what was shown, with its buttons. `detail` is the second, muted line.
    void showMessage(Level level, const QString& text, const QString& detail = {});
    //! Code, what happened and what to do. `doing` says what was tried: "Cannot delete run 3f2a".
    void showError(const Error& error, const QString& doing = {});
    //! A button of the message that is shown; it stays open when pressed.
    QPushButton* addButton(const QString& text, const std::function<void()>& pressed);
    void clear();
    QString text() const; //!< both lines as plain text; empty while hidden

  signals:
    void closed(); //!< by the person

  private:
    void paintLevel();

    Level m_level = Level::Info;
    QLabel *m_icon, *m_text, *m_detail;
    QHBoxLayout* m_buttons;
    QToolButton* m_close;
};

//! Long work under way: what, how far, how long still, and a button to end it. Hidden while there is none.
class ProgressStrip : public QFrame
{
    Q_OBJECT
  public:
    explicit ProgressStrip(QWidget* parent = nullptr);

    //! Not `cancellable`: the button is elsewhere.
    void start(const QString& what, bool cancellable = true);
    //! `total` 0: not known.
    void setProgress(std::size_t done, std::size_t total);
    void finish();
    bool active() const { return m_active; }

  signals:
    void cancelled();

  private:
    bool m_active = false;
    QElapsedTimer m_clock;
    QLabel *m_what, *m_left;
    QProgressBar* m_bar;
    QPushButton* m_cancel;
};

//! What a page shows while it has nothing: what this is, and what to do next.
class EmptyState : public QWidget
{
    Q_OBJECT
  public:
    explicit EmptyState(QWidget* parent = nullptr);
    void setText(const QString& icon, const QString& heading, const QString& text);
    QPushButton* addButton(const QString& text, const QString& icon, bool primary = false);
    QString text() const;

  private:
    void paintIcon();

    QString m_iconName;
    QLabel *m_icon, *m_heading, *m_text;
    QHBoxLayout* m_buttons;
};

//! One line of a label, shortened in the middle ("a/long/…/path") instead of widening the window.
class ElidedLabel : public QFrame
{
    Q_OBJECT
  public:
    explicit ElidedLabel(QWidget* parent = nullptr) : QFrame(parent) {}
    void setText(const QString& text);
    const QString& text() const { return m_text; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString m_text;
};

} // namespace carry::ui
