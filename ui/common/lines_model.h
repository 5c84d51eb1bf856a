// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "item_views.h"
#include "theme.h"

#include <QAbstractTableModel>
#include <functional>
#include <vector>

namespace carry::ui
{

//! A table of one kind of line, described by its columns. Lines are replaced in place, so that a view keeps its rows.
template <class Line> class LinesModel final : public QAbstractTableModel
{
  public:
    struct Column {
        QString title;
        QString tip; //!< what the figure is, its formula
        std::function<QString(const Line&)> text;
        std::function<QString(const Line&)> plain;              //!< for the clipboard; without: the text
        bool figure = true;                                     //!< right-aligned digits
        std::function<QVariant(const Line&, int role)> other{}; //!< icon, colour, tool tip
    };

    LinesModel(std::vector<Column> columns, QObject* parent)
        : QAbstractTableModel(parent), m_columns(std::move(columns))
    {
    }

    void set(std::vector<Line> lines)
    {
        if (lines.size() != m_lines.size()) {
            beginResetModel();
            m_lines = std::move(lines);
            endResetModel();
        } else if (!lines.empty()) {
            replace(std::move(lines));
        }
    }
    //! Where the unit of a column is known with its figures only.
    void setTitle(int column, const QString& title)
    {
        m_columns[static_cast<std::size_t>(column)].title = title;
        emit headerDataChanged(Qt::Horizontal, column, column);
    }
    void refresh()
    {
        if (!m_lines.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
    }
    const Line& line(int row) const { return m_lines[static_cast<std::size_t>(row)]; }
    //! First row for which `wanted` holds, -1 without one.
    template <class Predicate> int find(Predicate wanted) const
    {
        const auto found = std::find_if(m_lines.begin(), m_lines.end(), wanted);
        return found == m_lines.end() ? -1 : static_cast<int>(found - m_lines.begin());
    }

    int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
    }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override
    {
        if (!index.isValid() || index.row() >= rowCount())
            return {};
        const Column& column = m_columns[static_cast<std::size_t>(index.column())];
        const Line& at = line(index.row());
        if (column.other)
            if (QVariant value = column.other(at, role); value.isValid())
                return value;
        switch (role) {
        case Qt::DisplayRole:
            return column.text(at);
        case PlainRole:
            return column.plain ? column.plain(at) : column.text(at);
        case Qt::TextAlignmentRole:
            return alignment(column);
        case Qt::FontRole:
            return column.figure ? QVariant(Theme::instance().numbers()) : QVariant();
        case Qt::ToolTipRole:
            return column.tip;
        default:
            return {};
        }
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal)
            return {};
        const Column& column = m_columns[static_cast<std::size_t>(section)];
        switch (role) {
        case Qt::DisplayRole:
            return column.title;
        case Qt::ToolTipRole:
            return column.tip;
        case Qt::TextAlignmentRole:
            return alignment(column);
        default:
            return {};
        }
    }

  private:
    //! Tells the views only of cells that read differently: painting text is what costs.
    void replace(std::vector<Line> lines)
    {
        m_lines.swap(lines);
        for (int row = 0; row < rowCount(); ++row)
            for (int column = 0; column < columnCount(); ++column) {
                const Column& c = m_columns[static_cast<std::size_t>(column)];
                if (c.text(line(row)) != c.text(lines[static_cast<std::size_t>(row)]))
                    emit dataChanged(index(row, column), index(row, column));
            }
    }
    static QVariant alignment(const Column& column)
    {
        return QVariant::fromValue(Qt::AlignVCenter | (column.figure ? Qt::AlignRight : Qt::AlignLeft));
    }
    std::vector<Column> m_columns;
    std::vector<Line> m_lines;
};

} // namespace carry::ui
