// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QDialog>
#include <QString>
#include <vector>

namespace carry::ui
{

//! A library that the program is made of.
struct Component {
    QString name, version, licence; //!< licence: its SPDX identifier
};

//! What the program is, what it is made of, and under which terms; all of it can be copied.
class AboutDialog : public QDialog
{
    Q_OBJECT
  public:
    explicit AboutDialog(std::vector<Component> components, QWidget* parent = nullptr);

    //! Versions as plain text, for a report of a defect.
    QString versions() const;

  private:
    QWidget* aboutPage();
    QWidget* componentsPage();
    QWidget* licencePage();

    std::vector<Component> m_components;
};

} // namespace carry::ui
