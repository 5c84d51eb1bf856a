// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"
#include "common/words.h"

#include <QAbstractTableModel>
#include <optional>
#include <vector>

namespace carry::ui
{

//! What the journal is to show.
struct JournalFilter {
    enum class Severity { Info, Warning, Critical };
    enum class Kind { All, Decisions, Plans, Risk, Funding, Flows };
    QString text; //!< contained in the sentence, whatever the case
    Severity atLeast = Severity::Info;
    Kind kind = Kind::All;
    std::optional<Venue> venue;
    bool holds = false; //!< decisions to do nothing
    bool operator==(const JournalFilter&) const = default;
};

//! Events, decisions and settlements up to the cursor, in the order of time. Holds only where an entry lies in the
//! record's logs. The logs are walked once, a slice at a time, so that no look at a long record takes longer than a few
//! milliseconds; entries that the cursor left behind when it went back are kept for when it returns.
class JournalModel final : public QAbstractTableModel
{
    Q_OBJECT
  public:
    enum Column { Time, Level, Kind, Where, What, Cash, ColumnCount };

    //! `view` outlives the model.
    explicit JournalModel(const RunView& view, QObject* parent = nullptr);

    //! Another record or another filter: starts afresh.
    void restart(const JournalFilter& filter);
    const JournalFilter& filter() const { return m_filter; }
    //! Shows what the cursor allows. False while there is more to walk: call again soon.
    bool update();
    void refreshColors();

    Selection selectionOf(const QModelIndex& index) const;
    //! Of an event, a settlement, the decision of a plan, or a decision to hold; invalid where it is not shown.
    QModelIndex indexOf(const Selection& selection) const;
    std::size_t stepOf(const QModelIndex& index) const { return entryAt(index).step; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : ColumnCount; }
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    enum class Log : std::uint32_t { Decision, Event, Funding };
    struct Entry {
        std::uint32_t step;
        std::uint32_t log : 2, index : 30;
    };

    const RunRecord& record() const { return *m_view.record(); }
    const Entry& entryAt(const QModelIndex& index) const { return m_entries[static_cast<std::size_t>(index.row())]; }
    bool walk(std::size_t end);
    void walkStep(std::size_t step);
    void offer(std::size_t step, Log log, std::size_t index);
    bool passes(const Entry& entry) const;
    std::size_t allowed() const;

    JournalFilter::Severity severity(const Entry& entry) const;
    JournalFilter::Kind kind(const Entry& entry) const;
    std::optional<Venue> venue(const Entry& entry) const;
    QString sentence(const Entry& entry) const;
    QString kindText(const Entry& entry) const;
    QString text(const Entry& entry, int column) const;
    Badge badge(const Entry& entry) const;

    const RunView& m_view;
    JournalFilter m_filter;
    std::vector<Entry> m_entries; //!< that pass the filter, of the steps walked
    std::size_t m_walked = 0;     //!< steps
    std::size_t m_shown = 0;      //!< entries that the views know of
};

} // namespace carry::ui
