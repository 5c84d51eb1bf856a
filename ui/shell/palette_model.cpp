// SPDX-License-Identifier: GPL-3.0-or-later
#include "palette_model.h"

#include "common/theme.h"
#include "fuzzy_match.h"

#include <QPainter>
#include <algorithm>

namespace carry::ui
{
namespace
{

constexpr int kMargin = 10;
constexpr int kRecentBonus = 12;   // less than a better match
constexpr int kSwitch = -20;       // more than a match of the text alone counts for
constexpr int kImpossible = -5000; // after everything that can be done

struct Ranked {
    std::size_t entry;
    int score;
};

//! A match of the text alone counts for more than one that needs the menu's name too.
std::optional<int> scoreOf(const QString& typed, const PaletteEntry& entry)
{
    if (const auto own = fuzzyScore(typed, entry.text))
        return *own + 10;
    return fuzzyScore(typed, entry.place + QLatin1Char(' ') + entry.text + QLatin1Char(' ') + entry.keys);
}

} // namespace

void PaletteModel::setEntries(std::vector<PaletteEntry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    m_shown.clear();
    endResetModel();
}

void PaletteModel::addEntries(std::vector<PaletteEntry> entries)
{
    m_entries.insert(m_entries.end(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
}

void PaletteModel::filter(const QString& typed, const QStringList& recent)
{
    std::vector<Ranked> ranked;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const auto score = scoreOf(typed, m_entries[i]);
        if (!score)
            continue;
        const auto used = recent.indexOf(m_entries[i].id);
        const int bonus = used < 0 ? 0 : typed.trimmed().isEmpty() ? 1000 - int(used) : kRecentBonus;
        ranked.push_back({i, *score + bonus + (m_entries[i].enabled ? 0 : kImpossible) +
                                 (m_entries[i].isSwitch && !typed.trimmed().isEmpty() ? kSwitch : 0)});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const Ranked& a, const Ranked& b) { return a.score > b.score; });
    beginResetModel();
    m_shown.clear();
    for (const Ranked& each : ranked)
        m_shown.push_back(each.entry);
    endResetModel();
}

int PaletteModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const
{
    const PaletteEntry& e = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return e.text;
    case PlaceRole:
        return e.place;
    case KeysRole:
        return e.keys;
    case PossibleRole:
        return e.enabled;
    case Qt::AccessibleTextRole:
        return tr("%1, %2 %3", "action, menu, keys").arg(e.text, e.place, e.keys).trimmed();
    case Qt::ToolTipRole:
        return e.enabled ? QVariant() : tr("Not possible at the moment");
    default:
        return {};
    }
}

void PaletteDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Colors& c = colors();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool enabled = index.data(PaletteModel::PossibleRole).toBool();
    painter->save();
    painter->fillRect(option.rect, selected ? c.accent : c.panel);
    const QRect line = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    const QString keys = index.data(PaletteModel::KeysRole).toString();
    const QColor quiet = selected ? c.accentText : enabled ? c.muted : c.disabled;
    painter->setFont(option.font);
    painter->setPen(quiet);
    painter->drawText(line, Qt::AlignRight | Qt::AlignVCenter, keys);
    const int keysWidth = keys.isEmpty() ? 0 : option.fontMetrics.horizontalAdvance(keys) + 2 * kMargin;
    QRect left = line.adjusted(0, 0, -keysWidth, 0);
    const QString text = option.fontMetrics.elidedText(index.data().toString(), Qt::ElideRight, left.width());
    painter->setPen(selected ? c.accentText : enabled ? c.text : c.disabled);
    painter->drawText(left, Qt::AlignLeft | Qt::AlignVCenter, text);
    left.setLeft(left.left() + option.fontMetrics.horizontalAdvance(text) + 2 * kMargin);
    painter->setPen(quiet);
    painter->drawText(
        left, Qt::AlignLeft | Qt::AlignVCenter,
        option.fontMetrics.elidedText(index.data(PaletteModel::PlaceRole).toString(), Qt::ElideRight, left.width()));
    painter->restore();
}

QSize PaletteDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    return {200, option.fontMetrics.height() + 10};
}

} // namespace carry::ui
