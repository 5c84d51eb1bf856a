// SPDX-License-Identifier: GPL-3.0-or-later
#include "notices.h"

#include "number_format.h"
#include "theme.h"
#include "words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

namespace carry::ui
{
namespace
{

constexpr int kIconSize = 18;
constexpr int kLargeIcon = 40;
constexpr int kToldMs = 15'000;
constexpr qint64 kEstimateAfterMs = 1500; //!< an earlier estimate of what is left jumps about

QPixmap pixmapOf(const QWidget& widget, const QString& icon, const QColor& color, int size)
{
    QPixmap pixmap = Theme::instance().icon(icon).pixmap(QSize(size, size), widget.devicePixelRatioF());
    QPainter painter(&pixmap);
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), color);
    return pixmap;
}

QLabel* wrappedLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

void tellAt(QWidget& field, const QString& text)
{
    QToolTip::showText(field.mapToGlobal(QPoint(0, field.height() / 2)), text, &field, {}, kToldMs);
}

Banner::Banner(QWidget* parent)
    : QFrame(parent), m_icon(new QLabel(this)), m_text(wrappedLabel(this)), m_detail(wrappedLabel(this)),
      m_buttons(new QHBoxLayout), m_close(new QToolButton(this))
{
    setProperty("role", QStringLiteral("banner"));
    m_detail->setProperty("role", QStringLiteral("muted"));
    m_close->setObjectName(QStringLiteral("closeBannerButton"));
    m_close->setAutoRaise(true);
    m_close->setAccessibleName(tr("Close message"));
    m_close->setToolTip(tr("Close this message"));
    auto* texts = new QVBoxLayout;
    texts->setSpacing(1);
    texts->addWidget(m_text);
    texts->addWidget(m_detail);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 6, 6, 6);
    layout->setSpacing(10);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addLayout(texts, 1);
    layout->addLayout(m_buttons);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    connect(m_close, &QToolButton::clicked, this, [this] {
        clear();
        emit closed();
    });
    connect(&Theme::instance(), &Theme::changed, this, &Banner::paintLevel);
    hide();
}

void Banner::showMessage(Level level, const QString& text, const QString& detail)
{
    clear();
    m_level = level;
    m_text->setText(text);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
    constexpr const char* kLevels[] = {"info", "success", "warning", "error"}; // as the style sheet calls them
    setProperty("level", QLatin1String(kLevels[static_cast<int>(level)]));
    setAccessibleName(detail.isEmpty() ? text : text + QLatin1Char(' ') + detail);
    style()->unpolish(this);
    style()->polish(this);
    paintLevel();
    show();
}

void Banner::showError(const Error& error, const QString& doing)
{
    const std::string_view code = error.codeText();
    const std::string_view remedy = errorInfo(error.code()).remedy;
    const QString what = QString::fromUtf8(code.data(), static_cast<qsizetype>(code.size())) + QLatin1Char(' ') +
                         QString::fromStdString(error.message());
    showMessage(Level::Error, doing.isEmpty() ? what : tr("%1: %2", "what was tried: error").arg(doing, what),
                QString::fromUtf8(remedy.data(), static_cast<qsizetype>(remedy.size())));
}

QPushButton* Banner::addButton(const QString& text, const std::function<void()>& pressed)
{
    auto* button = new QPushButton(text, this);
    m_buttons->addWidget(button);
    connect(button, &QPushButton::clicked, this, pressed);
    return button;
}

void Banner::clear()
{
    hide();
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // it may be the one that was pressed
        delete item;
    }
}

QString Banner::text() const
{
    if (isHidden())
        return {};
    return m_detail->text().isEmpty() ? m_text->text() : m_text->text() + QLatin1Char('\n') + m_detail->text();
}

void Banner::paintLevel()
{
    const Colors& c = colors();
    const auto [icon, color] = [&]() -> std::pair<QString, QColor> {
        switch (m_level) {
        case Level::Info:
            return {QStringLiteral("info"), c.accent};
        case Level::Success:
            return {QStringLiteral("check"), c.ok};
        case Level::Warning:
            return {QStringLiteral("warning"), c.warn};
        case Level::Error:
            return {QStringLiteral("warning"), c.critical};
        }
        return {};
    }();
    m_icon->setPixmap(pixmapOf(*this, icon, color, kIconSize));
    m_close->setIcon(Theme::instance().icon(QStringLiteral("cross")));
}

ProgressStrip::ProgressStrip(QWidget* parent)
    : QFrame(parent), m_what(new QLabel(this)), m_left(new QLabel(this)), m_bar(new QProgressBar(this)),
      m_cancel(new QPushButton(tr("Cancel"), this))
{
    m_left->setProperty("role", QStringLiteral("muted"));
    m_cancel->setObjectName(QStringLiteral("cancelProgressButton"));
    m_bar->setAccessibleName(tr("Progress"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addWidget(m_what);
    layout->addWidget(m_bar, 1);
    layout->addWidget(m_left);
    layout->addWidget(m_cancel);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_cancel->setEnabled(false);
        m_left->setText(tr("Ending…"));
        emit cancelled();
    });
    hide();
}

void ProgressStrip::start(const QString& what, bool cancellable)
{
    m_active = true;
    m_clock.start();
    m_what->setText(what);
    m_left->clear();
    m_bar->setRange(0, 0);
    m_cancel->setEnabled(true);
    m_cancel->setVisible(cancellable);
    m_cancel->setAccessibleName(tr("Cancel: %1").arg(what));
    show();
}

void ProgressStrip::setProgress(std::size_t done, std::size_t total)
{
    if (!m_active || total == 0)
        return;
    constexpr int kParts = 1000;
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    m_bar->setRange(0, kParts);
    m_bar->setValue(static_cast<int>(part * kParts));
    if (m_cancel->isEnabled() && part > 0 && m_clock.elapsed() >= kEstimateAfterMs)
        m_left->setText(tr("%1 left").arg(duration(static_cast<double>(m_clock.elapsed()) / 1000 * (1 - part) / part)));
}

void ProgressStrip::finish()
{
    m_active = false;
    hide();
}

EmptyState::EmptyState(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_heading(new QLabel(this)), m_text(new QLabel(this)),
      m_buttons(new QHBoxLayout)
{
    m_heading->setProperty("role", QStringLiteral("heading"));
    m_text->setProperty("role", QStringLiteral("muted"));
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignHCenter);
    m_text->setFixedWidth(fontMetrics().averageCharWidth() * 70);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(2);
    layout->addWidget(m_icon, 0, Qt::AlignHCenter);
    layout->addWidget(m_heading, 0, Qt::AlignHCenter);
    auto* row = new QHBoxLayout; // an aligned label would not get the height that its wrapped text needs
    row->addStretch(1);
    row->addWidget(m_text);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addSpacing(6);
    layout->addLayout(m_buttons);
    layout->addStretch(3);
    m_buttons->addStretch(1);
    m_buttons->addStretch(1);
    connect(&Theme::instance(), &Theme::changed, this, &EmptyState::paintIcon);
}

void EmptyState::setText(const QString& icon, const QString& heading, const QString& text)
{
    m_iconName = icon;
    m_heading->setText(heading);
    m_text->setText(text);
    setAccessibleName(heading);
    setAccessibleDescription(text);
    paintIcon();
}

QPushButton* EmptyState::addButton(const QString& text, const QString& icon, bool primary)
{
    auto* button = new QPushButton(text, this);
    button->setProperty("primary", primary);
    const auto paint = [button, icon, primary] {
        button->setIcon(primary ? tintedIcon(icon, colors().accentText) : Theme::instance().icon(icon));
    };
    connect(&Theme::instance(), &Theme::changed, button, paint);
    paint();
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    return button;
}

QString EmptyState::text() const
{
    return m_heading->text() + QLatin1Char('\n') + m_text->text();
}

void EmptyState::paintIcon()
{
    if (!m_iconName.isEmpty())
        m_icon->setPixmap(pixmapOf(*this, m_iconName, colors().muted, kLargeIcon));
}

void ElidedLabel::setText(const QString& text)
{
    m_text = text;
    setAccessibleName(text);
    setToolTip(text);
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_text) + 2, fontMetrics().height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {fontMetrics().averageCharWidth() * 6, fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setPen(palette().color(foregroundRole()));
    painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(m_text, Qt::ElideMiddle, width()));
}

} // namespace carry::ui
