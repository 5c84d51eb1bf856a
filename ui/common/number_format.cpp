// SPDX-License-Identifier: GPL-3.0-or-later
#include "number_format.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>
#include <cmath>

namespace carry::ui
{
namespace
{

constexpr QChar kMinus(0x2212);
const QString kAbsent = QStringLiteral("–");
const QString kThin = QStringLiteral("\u2009");

QString number(double value, int decimals)
{
    if (!std::isfinite(value))
        return kAbsent;
    // What rounds to nothing has no sign.
    if (std::abs(value) < 0.5 * std::pow(10.0, -decimals))
        value = 0;
    const QString digits = QLocale().toString(std::abs(value), 'f', decimals);
    return value < 0 ? kMinus + digits : digits;
}

QString stamp(Time time, const QString& format)
{
    return QDateTime::fromMSecsSinceEpoch(toMs(time), QTimeZone::utc()).toString(format);
}

} // namespace

QString money(double value, int decimals)
{
    return number(value, decimals);
}

QString signedMoney(double value, int decimals)
{
    const QString text = number(value, decimals);
    return std::isfinite(value) && value > 0 && text != number(0, decimals) ? QLatin1Char('+') + text : text;
}

int decimalsIn(Asset shareClass)
{
    return shareClass == Asset::USDT ? 2 : 5;
}

QString inCurrency(double value, Asset shareClass)
{
    return number(value, decimalsIn(shareClass));
}

QString signedInCurrency(double value, Asset shareClass)
{
    return signedMoney(value, decimalsIn(shareClass));
}

QString currency(Asset asset)
{
    return QString::fromStdString(std::string(toText(asset)));
}

QString percent(double fraction, int decimals)
{
    return std::isfinite(fraction) ? number(fraction * 100, decimals) + kThin + QLatin1Char('%') : kAbsent;
}

QString quantity(double coins, int decimals)
{
    return number(coins, decimals);
}

QString quantity(const Decimal& amount)
{
    QString text = QString::fromStdString(amount.toString());
    const bool negative = text.startsWith(QLatin1Char('-'));
    if (negative)
        text[0] = kMinus;
    const qsizetype point = text.indexOf(QLatin1Char('.'));
    for (qsizetype at = (point < 0 ? text.size() : point) - 3; at > (negative ? 1 : 0); at -= 3)
        text.insert(at, QLatin1Char(','));
    return text;
}

QString price(double value)
{
    const double size = std::abs(value);
    return number(value, size >= 1000 ? 2 : size >= 1 ? 4 : 6);
}

QString figure(double value, const QString& unit)
{
    if (unit.startsWith(QLatin1String("fraction")) || unit == QLatin1String("per year"))
        return percent(value);
    if (unit == QLatin1String("USDT") || unit == QLatin1String("USD"))
        return money(value) + kThin + unit;
    if (unit == QLatin1String("ETH"))
        return number(value, decimalsIn(Asset::ETH)) + kThin + unit;
    const QString text = number(value, std::abs(value) >= 1000 || value == std::round(value) ? 0 : 4);
    return unit.isEmpty() || !std::isfinite(value) ? text : text + kThin + unit;
}

QString dateTime(Time time)
{
    return stamp(time, QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString dateTimeSeconds(Time time)
{
    return stamp(time, QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

QString duration(double seconds)
{
    if (!std::isfinite(seconds))
        return kAbsent;
    const auto whole = static_cast<qint64>(std::round(seconds));
    if (whole < 60)
        return QStringLiteral("%1 s").arg(whole);
    if (whole < 3600)
        return QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    if (whole < 172800)
        return QStringLiteral("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60);
    return QStringLiteral("%1 d %2 h").arg(whole / 86400).arg(whole / 3600 % 24);
}

QString plain(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', 17) : QString();
}

} // namespace carry::ui
