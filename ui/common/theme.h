// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>

class QApplication;

namespace carry::ui
{

//! Colours of a theme. Text on its background has a contrast of at least 4.5 : 1, a line of a chart 3 : 1; series and
//! sign colours can be told apart by colour-blind people (Okabe and Ito, "Color Universal Design", 2008, moved apart
//! for deuteranopes and adjusted to each background). tst_theme computes all of it.
struct Colors {
    QColor window, panel, raised, border, grid;
    QColor text, muted, disabled;
    QColor accent, accentText; //!< selection and its text
    QColor gain, loss;         //!< blue and orange, never the only sign
    QColor ok, warn, critical, breached;
    QColor funding;
    QColor series[8];   //!< lines of a chart
    QColor exchange[3]; //!< Binance, Bybit, OKX
    QColor cursor, crosshair;
};

//! The look of the application: palette, style sheet, fonts, icons.
class Theme : public QObject
{
    Q_OBJECT
  public:
    enum class Mode { System, Light, Dark };

    static Theme& instance();
    //! Applies to the application; follows the desktop while the mode is System.
    void apply(QApplication& application, Mode mode);
    void setMode(Mode mode);
    Mode mode() const { return m_mode; }
    bool dark() const { return m_dark; }
    const Colors& colors() const { return m_colors; }
    //! The light ones, whatever the theme: for print.
    static const Colors& paper();
    //! Digits of equal width, for figures.
    QFont numbers() const;
    //! resources/icons/<name>.svg in the colour of the text.
    QIcon icon(const QString& name) const;

  signals:
    void changed();

  private:
    Theme() = default;
    void rebuild();
    Mode m_mode = Mode::System;
    bool m_dark = false;
    Colors m_colors;
    QApplication* m_application = nullptr;
};

inline const Colors& colors()
{
    return Theme::instance().colors();
}

} // namespace carry::ui
