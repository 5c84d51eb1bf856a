// SPDX-License-Identifier: GPL-3.0-or-later
#include "parameter_model.h"

#include "common/item_views.h"
#include "common/theme.h"
#include "common/words.h"

#include <QFont>
#include <QUndoCommand>

namespace carry::ui
{
namespace
{

QString groupOf(const QString& key)
{
    return key.contains(QLatin1Char('.')) ? key.section(QLatin1Char('.'), 0, 0) : QString();
}

QString nameInGroup(const QString& key)
{
    return key.contains(QLatin1Char('.')) ? key.section(QLatin1Char('.'), 1) : key;
}

QStringList choicesOf(const Parameter& parameter)
{
    if (parameter.type == ParameterType::Boolean)
        return {QStringLiteral("true"), QStringLiteral("false")};
    QStringList choices;
    for (const std::string& choice : parameter.choices)
        choices += QString::fromStdString(choice);
    return choices;
}

//! "95 %" of what is a fraction is 0.95; anything else as it was typed.
QString asTyped(const Parameter& parameter, const QString& typed)
{
    const QString text = typed.trimmed();
    if (parameter.type != ParameterType::Number || !text.endsWith(QLatin1Char('%')) ||
        parameter.unit.find("fraction") == std::string::npos)
        return text;
    bool isNumber = false;
    const double percent = text.chopped(1).trimmed().toDouble(&isNumber);
    return isNumber ? QString::number(percent / 100, 'g', 15) : text;
}

} // namespace

//! One value that was typed.
class ParameterModel::Edit final : public QUndoCommand
{
  public:
    Edit(ParameterModel& model, QString key, QString before, QString after)
        : QUndoCommand(ParameterModel::tr("change of %1").arg(key)), m_model(model), m_key(std::move(key)),
          m_before(std::move(before)), m_after(std::move(after))
    {
    }
    void undo() override { m_model.put(m_model.find(m_key), m_before); }
    void redo() override { m_model.put(m_model.find(m_key), m_after); }

  private:
    ParameterModel& m_model;
    QString m_key, m_before, m_after;
};

ParameterModel::ParameterModel(QObject* parent) : QAbstractItemModel(parent) {}

void ParameterModel::begin(const RunConfiguration& configuration, const WhyFixed& whyFixed, bool keepEdits)
{
    const std::vector<std::string> kept = keepEdits ? changes() : std::vector<std::string>{};
    beginResetModel();
    m_undo.clear();
    m_start = configuration;
    m_groups.clear();
    const auto texts = m_start->values().resolved();
    for (const Parameter& parameter : m_start->schema().parameters()) {
        const QString name = groupOf(QString::fromStdString(parameter.key));
        auto group = std::ranges::find(m_groups, name, &Group::name);
        if (group == m_groups.end())
            group = m_groups.insert(m_groups.end(), Group{name, {}});
        const QString text = QString::fromStdString(texts.at(parameter.key));
        group->rows.push_back({&parameter, text, text, {}, whyFixed ? whyFixed(parameter.key) : QString()});
    }
    for (const std::string& change : kept) {
        const auto equals = change.find('=');
        const QString key = QString::fromStdString(change.substr(0, equals));
        for (Group& group : m_groups)
            for (Row& row : group.rows)
                if (row.fixed.isEmpty() && QString::fromStdString(row.parameter->key) == key) {
                    row.text = QString::fromStdString(change.substr(equals + 1));
                    row.error = problem(*row.parameter, row.text);
                }
    }
    endResetModel();
    emit begun();
}

void ParameterModel::clear()
{
    beginResetModel();
    m_undo.clear();
    m_start.reset();
    m_groups.clear();
    endResetModel();
    emit begun();
}

std::optional<RunConfiguration> ParameterModel::configuration() const
{
    if (!m_start)
        return std::nullopt;
    RunConfiguration configuration = *m_start;
    for (const Group& group : m_groups)
        for (const Row& row : group.rows)
            if (row.changed() && !configuration.values().setText(row.parameter->key, row.text.toStdString()))
                return std::nullopt;
    return configuration;
}

std::vector<std::string> ParameterModel::changes() const
{
    std::vector<std::string> changes;
    for (const Group& group : m_groups)
        for (const Row& row : group.rows)
            if (row.changed())
                changes.push_back(row.parameter->key + "=" + row.text.toStdString());
    return changes;
}

void ParameterModel::applyChanges(const std::vector<std::string>& changes)
{
    for (const std::string& change : changes) {
        const auto equals = change.find('=');
        if (const QModelIndex at = find(QString::fromStdString(change.substr(0, equals))); at.isValid())
            put(at, QString::fromStdString(change.substr(equals + 1)));
    }
}

int ParameterModel::changedCount() const
{
    return int(changes().size());
}

int ParameterModel::invalidCount() const
{
    int count = 0;
    for (const Group& group : m_groups)
        count += int(std::ranges::count_if(group.rows, [](const Row& row) { return !row.error.isEmpty(); }));
    return count;
}

QModelIndex ParameterModel::firstInvalid() const
{
    for (int g = 0; g < rowCount(); ++g)
        for (int r = 0; r < rowCount(index(g, 0)); ++r)
            if (const QModelIndex at = index(r, Value, index(g, 0)); !rowAt(at)->error.isEmpty())
                return at;
    return {};
}

QModelIndex ParameterModel::find(const QString& key) const
{
    for (int g = 0; g < rowCount(); ++g)
        for (int r = 0; r < rowCount(index(g, 0)); ++r)
            if (const QModelIndex at = index(r, Value, index(g, 0)); at.data(KeyRole).toString() == key)
                return at;
    return {};
}

QString ParameterModel::text(const QString& key) const
{
    const Row* row = rowAt(find(key));
    return row == nullptr ? QString() : row->text;
}

void ParameterModel::setText(const QString& key, const QString& text)
{
    setData(find(key), text);
}

void ParameterModel::revert(const QModelIndex& index)
{
    if (const Row* row = rowAt(index))
        setData(index.siblingAtColumn(Value), row->start);
}

void ParameterModel::revertAll()
{
    if (changedCount() == 0)
        return;
    m_undo.beginMacro(tr("change of all values"));
    for (int g = 0; g < rowCount(); ++g)
        for (int r = 0; r < rowCount(index(g, 0)); ++r)
            revert(index(r, Value, index(g, 0)));
    m_undo.endMacro();
}

QModelIndex ParameterModel::index(int row, int column, const QModelIndex& parent) const
{
    if (column < 0 || column >= ColumnCount || row < 0 || row >= rowCount(parent))
        return {};
    return createIndex(row, column, parent.isValid() ? quintptr(parent.row() + 1) : quintptr(0));
}

QModelIndex ParameterModel::parent(const QModelIndex& index) const
{
    return !index.isValid() || index.internalId() == 0 ? QModelIndex()
                                                       : createIndex(int(index.internalId()) - 1, 0, quintptr(0));
}

int ParameterModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid())
        return int(m_groups.size());
    if (parent.internalId() != 0 || parent.column() != 0)
        return 0;
    return int(m_groups[std::size_t(parent.row())].rows.size());
}

int ParameterModel::columnCount(const QModelIndex& /*parent*/) const
{
    return ColumnCount;
}

const ParameterModel::Row* ParameterModel::rowAt(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0)
        return nullptr;
    return &m_groups[std::size_t(index.internalId() - 1)].rows[std::size_t(index.row())];
}

ParameterModel::Row* ParameterModel::rowAt(const QModelIndex& index)
{
    return const_cast<Row*>(std::as_const(*this).rowAt(index));
}

QVariant ParameterModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    if (const Row* row = rowAt(index))
        return rowData(*row, index.column(), role);
    return groupData(m_groups[std::size_t(index.row())], index.column(), role);
}

QVariant ParameterModel::groupData(const Group& group, int column, int role) const
{
    const auto changed = std::ranges::count_if(group.rows, &Row::changed);
    if (role == Qt::DisplayRole && column == Name)
        return (group.name.isEmpty() ? tr("general") : group.name) +
               (changed > 0 ? QStringLiteral(" · ") + tr("%n changed", nullptr, int(changed)) : QString());
    if (role == Qt::ForegroundRole)
        return colors().muted;
    if (role == ChangedRole)
        return changed > 0;
    return {};
}

QVariant ParameterModel::rowData(const Row& row, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return column == Name    ? nameInGroup(QString::fromStdString(row.parameter->key))
               : column == Value ? row.text
                                 : QString::fromStdString(row.parameter->unit);
    case Qt::FontRole: {
        QFont font = column == Value ? Theme::instance().numbers() : QFont();
        font.setBold(row.changed());
        return font;
    }
    case Qt::ForegroundRole:
        return !row.error.isEmpty()                       ? QVariant(colors().critical)
               : column == Unit || (!row.fixed.isEmpty()) ? QVariant(colors().muted)
                                                          : QVariant();
    case Qt::DecorationRole:
        return column == Value && !row.error.isEmpty()
                   ? QVariant(tintedIcon(QStringLiteral("warning"), colors().critical))
                   : QVariant();
    case Qt::ToolTipRole:
        return column == Unit ? QString::fromStdString(row.parameter->unit) : toolTip(row);
    case Qt::AccessibleTextRole:
        return column == Value && !row.error.isEmpty() ? row.text + QStringLiteral(": ") + row.error : QVariant();
    case KeyRole:
        return QString::fromStdString(row.parameter->key);
    case TypeRole:
        return int(row.parameter->type);
    case ChoicesRole:
        return choicesOf(*row.parameter);
    case ErrorRole:
        return row.error;
    case ChangedRole:
        return row.changed();
    case FixedRole:
        return row.fixed;
    case HelpRole:
        return QString::fromStdString(row.parameter->help);
    case StartRole:
        return row.start;
    case RangeRole:
        if (row.parameter->type == ParameterType::Number || row.parameter->type == ParameterType::Integer)
            return tr("%1 … %2").arg(QString::number(row.parameter->minimum), QString::number(row.parameter->maximum));
        return choicesOf(*row.parameter).join(QStringLiteral(" | "));
    default:
        return {};
    }
}

QString ParameterModel::toolTip(const Row& row) const
{
    const QString help = QString::fromStdString(row.parameter->help);
    return row.error.isEmpty() ? help : row.error + QStringLiteral("\n") + help;
}

QVariant ParameterModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Name ? tr("Parameter") : section == Value ? tr("Value") : tr("Unit");
}

QString ParameterModel::problem(const Parameter& parameter, const QString& text) const
{
    ParameterValues values = m_start->values();
    const auto set = values.setText(parameter.key, text.toStdString());
    return set ? QString() : Words::error(set.error());
}

bool ParameterModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const Row* row = rowAt(index);
    if (row == nullptr || role != Qt::EditRole || index.column() != Value || !row->fixed.isEmpty())
        return false;
    const QString text = asTyped(*row->parameter, value.toString());
    if (text != row->text)
        m_undo.push(new Edit(*this, QString::fromStdString(row->parameter->key), row->text, text));
    return true;
}

void ParameterModel::put(const QModelIndex& index, const QString& text)
{
    Row* row = rowAt(index);
    if (row == nullptr || row->text == text)
        return;
    row->text = text;
    row->error = problem(*row->parameter, text);
    // "0.80" says the same as "0.8".
    if (ParameterValues values = m_start->values();
        row->error.isEmpty() && values.setText(row->parameter->key, text.toStdString()) &&
        QString::fromStdString(values.resolved().at(row->parameter->key)) == row->start)
        row->text = row->start;
    const QModelIndex group = index.parent();
    emit dataChanged(index.siblingAtColumn(Name), index.siblingAtColumn(Unit));
    emit dataChanged(group, group.siblingAtColumn(Value));
    emit edited();
}

Qt::ItemFlags ParameterModel::flags(const QModelIndex& index) const
{
    const Row* row = rowAt(index);
    if (!index.isValid())
        return {};
    if (row == nullptr)
        return Qt::ItemIsEnabled;
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
    if (index.column() == Value && row->fixed.isEmpty())
        flags |= Qt::ItemIsEditable;
    return flags;
}

} // namespace carry::ui
