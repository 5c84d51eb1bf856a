// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QtTest>
#include <cmath>

using namespace carry::ui;

namespace
{

double linear(double channel)
{
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

struct Rgb {
    double r, g, b; //!< linear light
};
Rgb linear(const QColor& c)
{
    return {linear(c.redF()), linear(c.greenF()), linear(c.blueF())};
}

//! WCAG 2.1, "relative luminance" and "contrast ratio".
double luminance(const QColor& c)
{
    const Rgb l = linear(c);
    return 0.2126 * l.r + 0.7152 * l.g + 0.0722 * l.b;
}
double contrast(const QColor& a, const QColor& b)
{
    const double x = luminance(a);
    const double y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

//! Deuteranopia after Viénot, Brettel and Mollon (1999), on linear light.
Rgb asDeuteranope(const Rgb& c)
{
    return {0.29275 * c.r + 0.70725 * c.g, 0.29275 * c.r + 0.70725 * c.g, -0.02234 * c.r + 0.02234 * c.g + c.b};
}

struct Lab {
    double l, a, b;
};
Lab labOf(const Rgb& c)
{
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f((0.4124564 * c.r + 0.3575761 * c.g + 0.1804375 * c.b) / 0.95047);
    const double y = f(0.2126729 * c.r + 0.7151522 * c.g + 0.0721750 * c.b);
    const double z = f((0.0193339 * c.r + 0.1191920 * c.g + 0.9503041 * c.b) / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}
//! CIE 1976; about 2 can just be told apart side by side.
double distance(const Rgb& a, const Rgb& b)
{
    const Lab x = labOf(a);
    const Lab y = labOf(b);
    return std::sqrt((x.l - y.l) * (x.l - y.l) + (x.a - y.a) * (x.a - y.a) + (x.b - y.b) * (x.b - y.b));
}

constexpr double kText = 4.5;       // WCAG AA for text
constexpr double kGraphic = 3;      // WCAG 1.4.11 for lines and signs
constexpr double kSeriesApart = 12; // in a chart, thin lines

} // namespace

//! The colours themselves: text can be read, and lines can be told apart, by everybody.
class TestTheme : public QObject
{
    Q_OBJECT
  private slots:
    void text_data() { themes(); }
    void text()
    {
        const Colors& c = take();
        const std::pair<const char*, QColor> texts[] = {
            {"text", c.text},         {"muted", c.muted},  {"ok", c.ok},     {"warn", c.warn},
            {"critical", c.critical}, {"gain", c.gain},    {"loss", c.loss}, {"breached", c.breached},
            {"funding", c.funding},   {"accent", c.accent}};
        const std::pair<const char*, QColor> grounds[] = {
            {"window", c.window}, {"panel", c.panel}, {"raised", c.raised}};
        for (const auto& [name, color] : texts)
            for (const auto& [ground, under] : grounds)
                check(contrast(color, under), kText, QStringLiteral("%1 on %2").arg(name, ground));
        check(contrast(c.accentText, c.accent), kText, QStringLiteral("accentText on accent"));
        finish();
    }

    void signsOfFields_data() { themes(); }
    void signsOfFields()
    {
        const Colors& c = take();
        QComboBox box;
        box.addItems({QStringLiteral("Hold"), QStringLiteral("Exit")});
        box.show();
        box.showPopup();
        box.view()->setCurrentIndex(box.model()->index(1, 0));
        QCoreApplication::processEvents();
        const QRect entry = box.view()->visualRect(box.view()->currentIndex());
        const QImage list = box.view()->viewport()->grab().toImage();
        check(contrast(c.accentText, list.pixelColor(entry.right() - 2, entry.center().y())), kText,
              QStringLiteral("chosen entry of a list"));
        box.hidePopup();
        QCheckBox tick;
        tick.resize(tick.sizeHint());
        const QImage drawn = tick.grab().toImage();
        double best = 0;
        for (int x = 0; x < drawn.width(); ++x)
            best = std::max(best, contrast(drawn.pixelColor(x, drawn.height() / 2), c.panel));
        check(best, kGraphic, QStringLiteral("border of an empty check box"));
        finish();
    }

    void series_data() { themes(); }
    void series()
    {
        const Colors& c = take();
        for (int i = 0; i < 8; ++i)
            check(contrast(c.series[i], c.panel), kGraphic, QStringLiteral("series %1 on panel").arg(i));
        for (int i = 0; i < 3; ++i)
            check(contrast(c.exchange[i], c.panel), kGraphic, QStringLiteral("exchange %1 on panel").arg(i));
        finish();
    }

    void seriesForDeuteranopes_data() { themes(); }
    void seriesForDeuteranopes()
    {
        const Colors& c = take();
        apart(c.series, 8, QStringLiteral("series"));
        apart(c.exchange, 3, QStringLiteral("exchange"));
        const QColor signs[] = {c.gain, c.loss};
        apart(signs, 2, QStringLiteral("gain and loss"));
        finish();
    }

  private:
    static void themes()
    {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    const Colors& take()
    {
        QFETCH(bool, dark);
        m_failures.clear();
        Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
        return colors();
    }
    void check(double value, double least, const QString& what)
    {
        if (value < least)
            m_failures += QStringLiteral("%1: %2 < %3").arg(what).arg(value, 0, 'f', 2).arg(least);
    }
    void apart(const QColor* colors, int count, const QString& what)
    {
        for (int i = 0; i < count; ++i)
            for (int k = i + 1; k < count; ++k) {
                const Rgb a = linear(colors[i]);
                const Rgb b = linear(colors[k]);
                check(distance(asDeuteranope(a), asDeuteranope(b)), kSeriesApart,
                      QStringLiteral("%1 %2 and %3").arg(what).arg(i).arg(k));
            }
    }
    void finish() { QVERIFY2(m_failures.isEmpty(), qPrintable(m_failures.join(QStringLiteral("; ")))); }

    QStringList m_failures;
};

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    Theme::instance().apply(application, Theme::Mode::Light);
    TestTheme test;
    QTEST_SET_MAIN_SOURCE_PATH
    return QTest::qExec(&test, argc, argv);
}
#include "tst_theme.moc"
