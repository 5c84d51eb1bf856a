// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspector.h"

#include "common/item_views.h"
#include "common/theme.h"
#include "inspector_text.h"

#include <QScrollBar>
#include <QTextBrowser>
#include <QTextOption>
#include <QUrl>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

// Laying rich text out takes longer than a frame may: while the cursor moves the text comes a little later.
constexpr int kBehindMs = 60;

} // namespace

Inspector::Inspector(RunSession& session, QWidget* parent) : QWidget(parent), m_session(session)
{
    setAccessibleName(tr("Inspector"));
    m_browser = new QTextBrowser(this);
    m_browser->setAccessibleName(tr("What is selected"));
    m_browser->setOpenLinks(false);
    m_browser->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::TextSelectableByKeyboard);
    m_browser->setCursorWidth(0); // nothing is written here; the frame says who has the keyboard
    m_browser->setFrameShape(QFrame::NoFrame);
    m_browser->setWordWrapMode(QTextOption::WordWrap); // never inside a figure or a date
    m_browser->document()->setDocumentMargin(8);
    m_browser->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // one that comes and goes lays everything out twice
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_browser);

    m_soon.setSingleShot(true);
    m_soon.setInterval(kBehindMs);
    auto* due = new WhenVisible(this, [this] { refresh(); });
    connect(&m_soon, &QTimer::timeout, due, &WhenVisible::request);
    connect(m_browser, &QTextBrowser::anchorClicked, this, &Inspector::follow);
    connect(&session, &RunSession::cursorChanged, this, [this] {
        if (!m_soon.isActive())
            m_soon.start();
    });
    connect(&session, &RunSession::selectionChanged, due, &WhenVisible::request);
    connect(&session, &RunSession::recordChanged, due, &WhenVisible::request);
    connect(&Theme::instance(), &Theme::changed, this, [this, due] {
        m_shown.clear(); // links take their colour from the palette when they are laid out
        due->request();
    });
    refresh();
}

void Inspector::refresh()
{
    if (!isVisible())
        return;
    m_soon.stop();
    // What has not happened yet at the cursor stays selected, but is not shown.
    const Selection& selection = m_session.selection();
    const bool ahead = !m_session.empty() && m_session.stepOf(selection) > m_session.cursor();
    QString html = inspectorText(m_session.view(), ahead ? Selection{} : selection);
    if (html == m_shown)
        return;
    m_shown = std::move(html);
    const int at = m_browser->verticalScrollBar()->value();
    m_browser->setHtml(m_shown);
    m_browser->verticalScrollBar()->setValue(at);
}

QString Inspector::text() const
{
    return m_browser->toPlainText();
}

void Inspector::follow(const QUrl& link)
{
    const Selection selection = selectionOf(link.toString());
    if (selection.kind == Selection::Kind::Step)
        m_session.seek(selection.index);
    m_session.select(selection);
}

} // namespace carry::ui
