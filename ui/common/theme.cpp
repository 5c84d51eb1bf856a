// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleOption>
#include <QSvgRenderer>

// The linker leaves the resources of a static library out unless they are asked for, outside any namespace.
static void initResources()
{
    Q_INIT_RESOURCE(carrydesk);
}

namespace carry::ui
{
namespace
{

Colors lightColors()
{
    Colors c;
    c.window = "#e9ecf1";
    c.panel = "#ffffff";
    c.raised = "#f4f6f9";
    c.border = "#c9cfd9";
    c.grid = "#e4e8ee";
    c.text = "#1b2430";
    c.muted = "#566274";
    c.disabled = "#8f99a8";
    c.accent = "#1f5fbf";
    c.accentText = "#ffffff";
    c.gain = "#0b67b0";
    c.loss = "#b34700";
    c.ok = "#1a7551";
    c.warn = "#8a6100";
    c.critical = "#b3261e";
    c.breached = "#7a1fa2";
    c.funding = "#1a7551";
    c.cursor = "#1b2430";
    c.crosshair = "#7b8798";
    const char* series[] = {"#0b67b0", "#ba4c13", "#169468", "#ad3991", "#c77e02", "#3794cd", "#5265ce", "#697a81"};
    const char* exchange[] = {"#c77e02", "#ba4c13", "#0b67b0"};
    for (int i = 0; i < 8; ++i)
        c.series[i] = series[i];
    for (int i = 0; i < 3; ++i)
        c.exchange[i] = exchange[i];
    return c;
}

Colors darkColors()
{
    Colors c;
    c.window = "#11161d";
    c.panel = "#181f29";
    c.raised = "#202936";
    c.border = "#313d4d";
    c.grid = "#263140";
    c.text = "#e3e9f1";
    c.muted = "#9aa8ba";
    c.disabled = "#65738a";
    c.accent = "#5596ec";
    c.accentText = "#0b1017";
    c.gain = "#5cb3f0";
    c.loss = "#f08a3c";
    c.ok = "#4cc38a";
    c.warn = "#e6b450";
    c.critical = "#ff7b72";
    c.breached = "#d291f5";
    c.funding = "#4cc38a";
    c.cursor = "#e3e9f1";
    c.crosshair = "#7f8da1";
    const char* series[] = {"#5cb3f0", "#e47c28", "#2fb98f", "#d386c2", "#f8b564", "#97dcff", "#8782e0", "#6e7f8f"};
    const char* exchange[] = {"#f8b564", "#e47c28", "#5cb3f0"};
    for (int i = 0; i < 8; ++i)
        c.series[i] = series[i];
    for (int i = 0; i < 3; ++i)
        c.exchange[i] = exchange[i];
    return c;
}

QPalette paletteOf(const Colors& c)
{
    QPalette p;
    p.setColor(QPalette::Window, c.window);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.panel);
    p.setColor(QPalette::AlternateBase, c.raised);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Button, c.raised);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.critical);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.accentText);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::ToolTipBase, c.raised);
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::Mid, c.border);
    p.setColor(QPalette::Dark, c.border);
    p.setColor(QPalette::Midlight, c.raised);
    p.setColor(QPalette::Light, c.raised);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, c.disabled);
    return p;
}

//! Draws an SVG whose strokes are `currentColor` in a colour of the theme, at any size.
class SvgIconEngine final : public QIconEngine
{
  public:
    explicit SvgIconEngine(QByteArray svg) : m_svg(std::move(svg)) {}
    QIconEngine* clone() const override { return new SvgIconEngine(*this); }
    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const Colors& c = colors();
        QByteArray svg = m_svg;
        svg.replace("currentColor", (mode == QIcon::Disabled ? c.disabled : c.text).name().toUtf8());
        QSvgRenderer(svg).render(painter, rect);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

  private:
    QByteArray m_svg;
};

//! The arrow of a sorted column points down where the largest or newest comes first.
class Style final : public QProxyStyle
{
  public:
    Style() : QProxyStyle(QStringLiteral("Fusion")) {}
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override
    {
        const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
        if (element != PE_IndicatorHeaderArrow || header == nullptr)
            return QProxyStyle::drawPrimitive(element, option, painter, widget);
        QStyleOptionHeader turned = *header;
        turned.sortIndicator = header->sortIndicator == QStyleOptionHeader::SortUp     ? QStyleOptionHeader::SortDown
                               : header->sortIndicator == QStyleOptionHeader::SortDown ? QStyleOptionHeader::SortUp
                                                                                       : header->sortIndicator;
        QProxyStyle::drawPrimitive(element, &turned, painter, widget);
    }
};

QString styleSheetOf(const Colors& c)
{
    QFile file(QStringLiteral(":/carrydesk/style.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<const char*, QColor> names[] = {
        {"@window", c.window}, {"@panel", c.panel},       {"@raised", c.raised},         {"@border", c.border},
        {"@muted", c.muted},   {"@text", c.text},         {"@accentText", c.accentText}, {"@accent", c.accent},
        {"@warn", c.warn},     {"@critical", c.critical}, {"@disabled", c.disabled},     {"@grid", c.grid},
        {"@ok", c.ok}};
    for (const auto& [name, color] : names)
        sheet.replace(QLatin1String(name), color.name());
    return sheet;
}

} // namespace

const Colors& Theme::paper()
{
    static const Colors light = lightColors();
    return light;
}

Theme& Theme::instance()
{
    static Theme theme;
    return theme;
}

void Theme::apply(QApplication& application, Mode mode)
{
    initResources();
    m_application = &application;
    m_mode = mode;
    // The palette the desktop gave, before ours replaces it: Qt 6.4 has no other sign of a dark desktop.
    static const bool desktopIsDark = application.palette().color(QPalette::Window).lightness() < 128;
    m_dark = mode == Mode::Dark || (mode == Mode::System && desktopIsDark);
    application.setStyle(new Style);
    QFont font = application.font();
    font.setPointSizeF(9.5);
    application.setFont(font);
    rebuild();
}

void Theme::setMode(Mode mode)
{
    if (m_application != nullptr && mode != m_mode)
        apply(*m_application, mode);
}

void Theme::rebuild()
{
    m_colors = m_dark ? darkColors() : lightColors();
    m_application->setPalette(paletteOf(m_colors));
    m_application->setStyleSheet(styleSheetOf(m_colors));
    emit changed();
}

QFont Theme::numbers() const
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(9);
    return font;
}

QIcon Theme::icon(const QString& name) const
{
    QFile file(QStringLiteral(":/carrydesk/icons/%1.svg").arg(name));
    return file.open(QIODevice::ReadOnly) ? QIcon(new SvgIconEngine(file.readAll())) : QIcon();
}

} // namespace carry::ui
