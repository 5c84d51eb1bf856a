// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/run_configuration.h"

#include <QAbstractItemModel>
#include <QUndoStack>
#include <functional>
#include <optional>
#include <vector>

namespace carry::ui
{

//! The declared parameters of a strategy with their values, to be edited: groups ("basis", "costs", ...), in them the
//! parameters in the order of declaration. A value that cannot be is kept as it was typed, with the reason.
class ParameterModel final : public QAbstractItemModel
{
    Q_OBJECT
  public:
    enum Column { Name, Value, Unit, ColumnCount };
    enum Role {
        KeyRole = Qt::UserRole + 1, //!< the dotted key; empty for a group
        TypeRole,                   //!< int(ParameterType)
        ChoicesRole,                //!< QStringList, for choices and true/false
        ErrorRole,                  //!< why the value cannot be; empty if it can
        ChangedRole,                //!< differs from where editing began
        FixedRole,                  //!< why it cannot be changed; empty if it can
        HelpRole,                   //!< what it is, in a sentence
        RangeRole,                  //!< "0 … 1", "loop | atomic"
        StartRole,                  //!< the value where editing began
    };
    //! Why a key cannot be changed; empty if it can.
    using WhyFixed = std::function<QString(const std::string& key)>;

    explicit ParameterModel(QObject* parent = nullptr);

    //! Where editing begins. Edits of keys that are still there stay if `keepEdits`; the way back ends here.
    void begin(const RunConfiguration& configuration, const WhyFixed& whyFixed = {}, bool keepEdits = false);
    void clear();
    bool empty() const { return !m_start.has_value(); }

    //! With what was typed; nothing while one of the values cannot be.
    std::optional<RunConfiguration> configuration() const;
    //! "key=value" of those that were changed, in the order of declaration; those that cannot be among them.
    std::vector<std::string> changes() const;
    //! As changes(), to be put back with applyChanges().
    void applyChanges(const std::vector<std::string>& changes);
    int changedCount() const;
    int invalidCount() const;
    QModelIndex firstInvalid() const;
    QModelIndex find(const QString& key) const;
    QString text(const QString& key) const;
    //! As if it had been typed: can be undone.
    void setText(const QString& key, const QString& text);
    void revert(const QModelIndex& index);
    void revertAll();
    QUndoStack& undo() { return m_undo; }

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

  signals:
    void begun();  //!< other values, or other parameters
    void edited(); //!< any value, also by undo

  private:
    struct Row {
        const Parameter* parameter = nullptr;
        QString text, start;
        QString error, fixed;
        bool changed() const { return text != start; }
    };
    struct Group {
        QString name;
        std::vector<Row> rows;
    };
    class Edit;

    const Row* rowAt(const QModelIndex& index) const;
    Row* rowAt(const QModelIndex& index);
    QVariant rowData(const Row& row, int column, int role) const;
    QVariant groupData(const Group& group, int column, int role) const;
    void put(const QModelIndex& index, const QString& text);
    QString problem(const Parameter& parameter, const QString& text) const;
    QString toolTip(const Row& row) const;

    std::optional<RunConfiguration> m_start;
    std::vector<Group> m_groups;
    QUndoStack m_undo;
};

} // namespace carry::ui
