// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "base/decimal.h"
#include "base/ids.h"
#include "base/time.h"

#include <QString>

namespace carry::ui
{

//! Figures as people read them: thousands separators and decimal sign of the locale, a true minus sign. An absent
//! figure (NaN) is an en dash.
QString money(double value, int decimals = 2);       //!< "12,345.68"
QString signedMoney(double value, int decimals = 2); //!< "+12,345.68"
//! Amounts in the currency of a run: two decimals of USDT, five of a coin.
int decimalsIn(Asset shareClass);
QString inCurrency(double value, Asset shareClass); //!< "12,345.68", "31.20417"
QString signedInCurrency(double value, Asset shareClass);
QString currency(Asset asset);                      //!< "USDT"
QString percent(double fraction, int decimals = 2); //!< "8.07 %"
QString quantity(double coins, int decimals = 6);
QString quantity(const Decimal& amount);           //!< all its decimals
QString price(double value);                       //!< decimals by size
QString figure(double value, const QString& unit); //!< by unit: "fraction" as percent, "USDT" as money, else plain
QString dateTime(Time time);                       //!< "2024-08-05 13:00" UTC
QString dateTimeSeconds(Time time);                //!< "2024-08-05 13:00:00"
QString duration(double seconds);                  //!< "2 h 05 min"
//! Value without separators, for the clipboard.
QString plain(double value);

} // namespace carry::ui
