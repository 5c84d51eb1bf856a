// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <optional>

namespace carry::ui
{

//! How well `text` answers what was typed; greater is better, nothing is no match. Each word that was typed has to
//! occur in it, as a whole or letter by letter; beginnings of words and letters in a row count for more.
std::optional<int> fuzzyScore(const QString& typed, const QString& text);

} // namespace carry::ui
