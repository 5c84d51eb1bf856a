// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_palette.h"

#include "common/theme.h"
#include "palette_model.h"

#include <QApplication>
#include <QGraphicsDropShadowEffect>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr int kWidth = 640;
constexpr int kRows = 12;
constexpr int kTop = 72; // below the header of the window
constexpr int kRecent = 12;

} // namespace

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window), m_model(new PaletteModel(this)), m_line(new QLineEdit(this)), m_list(new QListView(this)),
      m_hint(new QLabel(this))
{
    setObjectName(QStringLiteral("commandPalette"));
    setAccessibleName(tr("Command palette"));
    setProperty("role", "card");
    setAutoFillBackground(true);
    hide();
    m_line->setObjectName(QStringLiteral("paletteLineEdit"));
    m_line->setAccessibleName(tr("Find an action, a preset or a run"));
    m_line->setPlaceholderText(tr("Find an action, a preset or a run"));
    m_line->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("paletteList"));
    m_list->setAccessibleName(tr("What matches"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus); // the line keeps it and sends the arrows here
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_hint->setProperty("role", "muted");
    m_hint->setContentsMargins(4, 0, 4, 0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->setSpacing(4);
    layout->addWidget(m_line);
    layout->addWidget(m_list);
    layout->addWidget(m_hint);
    auto* shadow = new QGraphicsDropShadowEffect(this);
    shadow->setBlurRadius(24);
    shadow->setOffset(0, 6);
    shadow->setColor(QColor(0, 0, 0, 110));
    setGraphicsEffect(shadow);
    m_line->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_line, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListView::clicked, this, &CommandPalette::accept);
}

void CommandPalette::open(std::vector<PaletteEntry> entries)
{
    if (!isVisible())
        m_origin = QApplication::focusWidget();
    m_model->setEntries(std::move(entries));
    m_line->clear();
    filter();
    place();
    show();
    raise();
    m_line->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::add(std::vector<PaletteEntry> entries)
{
    if (!isVisible())
        return;
    const int row = m_list->currentIndex().row();
    m_model->addEntries(std::move(entries));
    filter();
    if (row > 0 && row < m_model->rowCount())
        m_list->setCurrentIndex(m_model->index(row));
}

void CommandPalette::dismiss()
{
    if (!isVisible())
        return;
    const bool hadFocus = isAncestorOf(QApplication::focusWidget());
    hide();
    if (hadFocus && m_origin)
        m_origin->setFocus(Qt::OtherFocusReason);
}

void CommandPalette::place()
{
    const QWidget* window = parentWidget();
    const int width = std::min(kWidth, window->width() - 40);
    const int row = std::max(m_list->sizeHintForRow(0), fontMetrics().height() + 10);
    m_list->setFixedHeight(std::min(kRows * row + 4, window->height() - 2 * kTop));
    setFixedWidth(width);
    adjustSize();
    QWidget::move((window->width() - width) / 2, kTop);
}

void CommandPalette::filter()
{
    m_model->filter(m_line->text(), m_recent);
    if (m_model->rowCount() > 0)
        m_list->setCurrentIndex(m_model->index(0));
    m_hint->setText(m_model->rowCount() > 0 ? tr("↑ ↓ choose · Enter do it · Esc close")
                                            : tr("Nothing is called that. Try fewer letters."));
}

void CommandPalette::move(int rows)
{
    const int count = m_model->rowCount();
    if (count == 0)
        return;
    const int row = m_list->currentIndex().row() + rows;
    // One step beyond an end goes to the other one, a page stops there.
    const int target = std::abs(rows) == 1 ? (row + count) % count : std::clamp(row, 0, count - 1);
    m_list->setCurrentIndex(m_model->index(target));
}

void CommandPalette::accept(const QModelIndex& index)
{
    if (!index.isValid() || !m_model->entry(index.row()).enabled)
        return;
    const PaletteEntry chosen = m_model->entry(index.row());
    m_recent.removeAll(chosen.id);
    m_recent.prepend(chosen.id);
    m_recent = m_recent.mid(0, kRecent);
    dismiss();
    emit used(chosen.id);
    chosen.run();
}

bool CommandPalette::keyPressed(int key)
{
    switch (key) {
    case Qt::Key_Down:
        move(1);
        return true;
    case Qt::Key_Up:
        move(-1);
        return true;
    case Qt::Key_PageDown:
        move(kRows - 1);
        return true;
    case Qt::Key_PageUp:
        move(1 - kRows);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        accept(m_list->currentIndex());
        return true;
    case Qt::Key_Escape:
        dismiss();
        return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
        return true; // there is nowhere else to go
    default:
        return false;
    }
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_line && event->type() == QEvent::KeyPress)
        return keyPressed(static_cast<QKeyEvent*>(event)->key());
    if (watched == m_line && event->type() == QEvent::FocusOut &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason)
        dismiss();
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QFrame::eventFilter(watched, event);
}

} // namespace carry::ui
