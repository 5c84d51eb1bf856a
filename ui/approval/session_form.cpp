// SPDX-License-Identifier: GPL-3.0-or-later
#include "session_form.h"

#include "common/theme.h"
#include "common/words.h"
#include "desk/gate_file.h"
#include "desk/session_venues.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QStyle>

namespace carry::ui
{
namespace
{

constexpr std::array kSpeeds{1.0, 10.0, 60.0, 360.0, 720.0, 3600.0};
constexpr double kUsual = 720; // an hourly bar every five seconds
constexpr int kWidth = 620;

} // namespace

SessionForm::SessionForm(QWidget* parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("sessionForm"));
    auto* heading = new QLabel(tr("Start a paper session"), this);
    heading->setProperty("role", "heading");
    auto* about =
        new QLabel(tr("A strategy decides on data as they arrive; every plan that the gate asks for waits here for an "
                      "answer. The venues are simulated: nothing leaves this program, and no keys are held."),
                   this);
    about->setWordWrap(true);
    about->setProperty("role", "muted");
    m_what = new QLabel(this);
    m_what->setObjectName(QStringLiteral("sessionWhat"));
    m_speed = new QComboBox(this);
    m_speed->setAccessibleName(tr("Pace of the data"));
    for (const double speed : kSpeeds)
        m_speed->addItem(speed == 1 ? tr("1× (as it was)") : tr("%1×").arg(QLocale().toString(speed, 'f', 0)), speed);
    setSpeed(kUsual);
    makeFeed();
    m_gate = new QLineEdit(this);
    m_gate->setObjectName(QStringLiteral("gateFile"));
    m_gate->setAccessibleName(tr("Gate file"));
    m_gate->setPlaceholderText(tr("none: every plan is asked for, no limits"));
    auto* browse = new QPushButton(Theme::instance().icon(QStringLiteral("folder")), tr("&Browse…"), this);
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, &SessionForm::browse);
    m_wrong = new QLabel(this);
    m_wrong->setObjectName(QStringLiteral("gateFileWrong"));
    m_wrong->setProperty("role", "error");
    m_wrong->setWordWrap(true);
    m_wrong->hide();
    m_wait = new QCheckBox(tr("The clock &waits while a proposal is open"), this);
    m_wait->setToolTip(tr("Otherwise the market goes on, and a proposal that is not answered in time expires"));
    m_start = new QPushButton(tr("St&art the session"), this);
    m_start->setObjectName(QStringLiteral("startSession"));
    m_start->setProperty("primary", true);
    m_start->setAutoDefault(false);
    connect(m_start, &QPushButton::clicked, this, &SessionForm::startRequested);

    auto* gate = new QHBoxLayout;
    gate->addWidget(m_gate, 1);
    gate->addWidget(browse);
    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft);
    form->addRow(tr("What"), m_what);
    form->addRow(tr("Feed"), m_feed);
    form->addRow(tr("Pac&e"), m_speed);
    form->addRow(tr("Path"), m_place);
    if (auto* label = qobject_cast<QLabel*>(form->labelForField(m_place)))
        label->setBuddy(m_path);
    form->addRow(QString(), m_pathWrong);
    m_rows = form;
    showFeedRows();
    form->addRow(tr("Gate f&ile"), gate);
    if (auto* label = qobject_cast<QLabel*>(form->labelForField(gate)))
        label->setBuddy(m_gate);
    form->addRow(QString(), m_wrong);
    form->addRow(QString(), m_wait);
    m_faults = new QLineEdit(this);
    m_faults->setObjectName(QStringLiteral("venueFaults"));
    m_faults->setAccessibleName(tr("What goes wrong at the paper venues"));
    m_faults->setPlaceholderText(tr("nothing; for example seed=7,latency_ms=800,lost_answer=0.1"));
    m_faults->setToolTip(tr("To try out what a session does when answers are lost, orders fill in part or connections "
                            "fail; all keys are in docs/session.md"));
    form->addRow(tr("Fa&ults"), m_faults);
    m_faultsWrong = new QLabel(this);
    m_faultsWrong->setObjectName(QStringLiteral("venueFaultsWrong"));
    m_faultsWrong->setProperty("role", "error");
    m_faultsWrong->setWordWrap(true);
    m_faultsWrong->hide();
    connect(m_faults, &QLineEdit::textChanged, m_faultsWrong, &QWidget::hide);
    form->addRow(QString(), m_faultsWrong);
    auto* card = new QFrame(this);
    card->setProperty("role", QStringLiteral("card"));
    card->setMaximumWidth(kWidth);
    auto* inside = new QVBoxLayout(card);
    inside->setContentsMargins(20, 16, 20, 16);
    inside->setSpacing(12);
    inside->addWidget(heading);
    inside->addWidget(about);
    inside->addLayout(form);
    inside->addWidget(m_start, 0, Qt::AlignLeft);
    auto* layout = new QGridLayout(this);
    layout->setRowStretch(0, 1);
    layout->setColumnStretch(0, 1);
    layout->addWidget(card, 1, 1);
    layout->setColumnMinimumWidth(1, kWidth);
    layout->setColumnStretch(2, 1);
    layout->setRowStretch(2, 2);
}

//! Where the data come from: those chosen in the header at a pace, or messages.
void SessionForm::makeFeed()
{
    m_feed = new QComboBox(this);
    m_feed->setObjectName(QStringLiteral("feedKind"));
    m_feed->setAccessibleName(tr("Where the data come from"));
    m_feed->addItem(tr("History, at a pace"));
    m_feed->addItem(tr("Messages from a file that grows"));
    m_feed->addItem(tr("Messages from a local socket"));
    m_feed->setToolTip(tr("The format of messages is described in docs/feed.md"));
    connect(m_feed, &QComboBox::currentIndexChanged, this, &SessionForm::showFeedRows);
    m_place = new QWidget(this);
    m_path = new QLineEdit(m_place);
    m_path->setObjectName(QStringLiteral("feedPath"));
    m_path->setAccessibleName(tr("File or socket of the messages"));
    auto* browse = new QPushButton(Theme::instance().icon(QStringLiteral("folder")), tr("Browse…"), m_place);
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString file = m_feed->currentIndex() == 1
                                 ? QFileDialog::getOpenFileName(this, tr("File of messages"), m_path->text())
                                 : QFileDialog::getSaveFileName(this, tr("Socket to listen on"), m_path->text());
        if (!file.isEmpty())
            m_path->setText(file);
    });
    auto* row = new QHBoxLayout(m_place);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_path, 1);
    row->addWidget(browse);
    m_pathWrong = new QLabel(tr("Name the file or socket that the messages come from."), this);
    m_pathWrong->setObjectName(QStringLiteral("feedPathWrong"));
    m_pathWrong->setProperty("role", "error");
    connect(m_path, &QLineEdit::textChanged, m_pathWrong, &QWidget::hide);
}

void SessionForm::showFeedRows()
{
    const bool messages = m_feed->currentIndex() > 0;
    m_rows->setRowVisible(m_speed, !messages);
    m_rows->setRowVisible(m_place, messages);
    m_pathWrong->hide();
    m_path->setPlaceholderText(m_feed->currentIndex() == 2 ? tr("a path that the sender connects to") : QString());
}

void SessionForm::setFeed(const std::optional<MessageFeed>& feed)
{
    m_feed->setCurrentIndex(!feed ? 0 : feed->source == MessageFeed::Source::File ? 1 : 2);
    m_path->setText(feed ? QString::fromStdString(feed->path.string()) : QString());
}

void SessionForm::browse()
{
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Gate file"), m_gate->text(), tr("Gate files (*.toml);;All files (*)"));
    if (!file.isEmpty())
        setGateFile(file);
}

void SessionForm::setGateFile(const QString& file)
{
    m_gate->setText(file);
}

QString SessionForm::gateFile() const
{
    return m_gate->text().trimmed();
}

void SessionForm::setSpeed(double speed)
{
    m_speed->setCurrentIndex(std::max(0, m_speed->findData(speed)));
}

void SessionForm::setWhat(const QString& what)
{
    m_what->setText(what);
}

void SessionForm::setBusy(bool busy)
{
    m_start->setEnabled(!busy);
}

std::optional<SessionOptions> SessionForm::options()
{
    SessionOptions options;
    options.mode = SessionMode::Paper;
    options.feed.speed = m_speed->currentData().toDouble();
    options.waitForDecision = m_wait->isChecked();
    options.faults = m_faults->text().trimmed().toStdString();
    if (const auto faults = parsePaperFaults(options.faults); !faults) {
        m_faultsWrong->setText(Words::error(faults.error()));
        m_faultsWrong->show();
        m_faults->setFocus(Qt::OtherFocusReason);
        return std::nullopt;
    }
    if (const int feed = m_feed->currentIndex(); feed > 0) {
        const QString path = m_path->text().trimmed();
        if (path.isEmpty()) {
            m_pathWrong->show();
            m_path->setFocus(Qt::OtherFocusReason);
            return std::nullopt;
        }
        const auto source = feed == 1 ? MessageFeed::Source::File : MessageFeed::Source::Socket;
        options.messages = MessageFeed{source, path.toStdString(), {}};
    }
    const QString file = gateFile();
    QString wrong;
    if (!file.isEmpty()) {
        options.gateName = file.toStdString();
        auto text = readGateText(file.toStdString());
        auto gate = text ? parseGateFile(*text, options.gateName) : Result<GateSetup>(fail(text.error()));
        if (gate)
            options.gateText = std::move(*text);
        else
            wrong = Words::error(gate.error());
    }
    m_wrong->setText(wrong);
    m_wrong->setVisible(!wrong.isEmpty());
    m_gate->setProperty("invalid", !wrong.isEmpty());
    m_gate->style()->unpolish(m_gate);
    m_gate->style()->polish(m_gate);
    if (!wrong.isEmpty()) {
        m_gate->setFocus(Qt::OtherFocusReason);
        return std::nullopt;
    }
    return options;
}

} // namespace carry::ui
