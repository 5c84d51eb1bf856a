// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/error.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace carry::ui
{

class EditBar;
class ParameterTable;
class RunDraft;

//! What the next run is made with, and the way to keep it as a preset of one's own.
class ParametersPanel final : public QWidget
{
    Q_OBJECT
  public:
    explicit ParametersPanel(RunDraft& draft, QWidget* parent = nullptr);

    ParameterTable& table() { return *m_table; }

  public slots:
    void save();
    void remove();
    //! Puts the keyboard where a parameter can be typed: the first value that cannot be, or the search.
    void focusHere();

  signals:
    void failed(const carry::Error& error, const QString& doing);
    void saved(const QString& name);
    void removed(const QString& name, const QByteArray& text);

  private:
    void update();
    void take(const QString& name);

    RunDraft& m_draft;
    QLabel *m_headline, *m_problem;
    EditBar* m_edit;
    ParameterTable* m_table;
    QPushButton *m_save, *m_remove, *m_revert;
};

} // namespace carry::ui
