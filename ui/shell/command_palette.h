// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFrame>
#include <QPointer>
#include <QStringList>
#include <functional>
#include <vector>

class QLabel;
class QLineEdit;
class QListView;

namespace carry::ui
{

class PaletteModel;

//! Something that can be found by typing and done.
struct PaletteEntry {
    QString id; //!< stays the same from start to start
    QString text;
    QString place; //!< "View › Theme", "Run", ...
    QString keys;
    bool enabled = true;
    std::function<void()> run;
    bool isSwitch = false; //!< comes after what matches as well: it takes away as easily as it brings
};

//! Lies over the window: a line to type into and what matches, recently used first. Leaves the focus where it was.
class CommandPalette : public QFrame
{
    Q_OBJECT
  public:
    explicit CommandPalette(QWidget* window);

    void open(std::vector<PaletteEntry> entries);
    //! What is known only later, such as what a database holds.
    void add(std::vector<PaletteEntry> entries);
    //! Where the focus was when it was opened.
    QWidget* origin() const { return m_origin; }
    const QStringList& recent() const { return m_recent; } //!< ids, newest first
    void setRecent(const QStringList& ids) { m_recent = ids; }

  public slots:
    void dismiss(); //!< and does nothing

  signals:
    void used(const QString& id);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void place();
    void filter();
    void move(int rows);
    void accept(const QModelIndex& index);
    bool keyPressed(int key);

    PaletteModel* m_model;
    QLineEdit* m_line;
    QListView* m_list;
    QLabel* m_hint;
    QPointer<QWidget> m_origin;
    QStringList m_recent;
};

} // namespace carry::ui
