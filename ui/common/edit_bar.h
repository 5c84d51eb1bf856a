// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFrame>
#include <functional>

class QLabel;
class QLineEdit;

namespace carry::ui
{

//! One line to type a text into, inside the page: Enter takes it, Escape leaves all as it was.
class EditBar final : public QFrame
{
    Q_OBJECT
  public:
    explicit EditBar(QWidget* parent = nullptr);

    void edit(const QString& what, const QString& placeholder, const QString& value,
              std::function<void(const QString&)> apply);
    void cancel();
    QLineEdit* line() const { return m_line; }

  signals:
    void ended(); //!< taken or left

  private:
    void apply();

    QLabel* m_what;
    QLineEdit* m_line;
    std::function<void(const QString&)> m_apply;
};

} // namespace carry::ui
