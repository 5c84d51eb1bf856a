// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/backtest.h"
#include "desk/run_curve.h"
#include "store/record_loader.h"
#include "store/run_marks.h"
#include "store/run_reader.h"
#include "store/session_log.h"

#include <string>
#include <vector>

namespace carry
{

//! The runs of a database file, newest first. The errors of the STORE family.
Result<std::vector<RunListItem>> listStoredRuns(const std::string& file, const RunFilter& filter = {});
//! One run by id or the beginning of it; the newest for an empty text. StoreUnknownRun where there is none.
Result<StoredRun> showStoredRun(const std::string& file, const std::string& idOrPrefix);

//! What makes a run, by its whole id, a session; nothing: it is none. StoreUnknownRun.
Result<std::optional<StoredSession>> showStoredSession(const std::string& file, const std::string& runId);

//! A whole run, as if it had just been computed.
struct LoadedRun {
    std::shared_ptr<const RunRecord> record;
    StoredRun stored; //!< head, summary, decisions, plans
    std::string file;
    bool checked = true; //!< it has the digest that it was stored with, or ended without one
};
//! All of it in memory, and checked. `progress` as in BacktestOptions. StoreUnknownRun, StoreCorrupt (also where the
//! digest is not that of what is stored), EngineCancelled.
Result<LoadedRun> loadStoredRun(const std::string& file, const std::string& idOrPrefix,
                                const std::function<bool(std::size_t, std::size_t)>& progress = {});
//! To look at it: of a long run only the chosen columns are in memory, the others are read where somebody looks at
//! them, and it is not checked yet. Errors as above.
Result<LoadedRun> openStoredRun(const std::string& file, const std::string& idOrPrefix, const ColumnChoice& columns,
                                const std::function<bool(std::size_t, std::size_t)>& progress = {});
//! Reads the whole run once and compares its digest. Any thread; takes seconds for a million steps. StoreCorrupt and
//! what reading columns may end with; EngineCancelled where `goOn`, which is asked now and then, says no.
Result<void> checkLoadedRun(const LoadedRun& run, const std::function<bool()>& goOn = {});

//! Marks the runs whose program is gone as interrupted; returns all interrupted runs, newest first. Does nothing to a
//! file that does not exist.
Result<std::vector<RunListItem>> findInterrupted(const std::string& file);

//! The configuration that a stored run was made with. ConfUnknownKey where this program no longer knows a key.
Result<RunConfiguration> configurationOf(const RunInfo& info);

//! Where two runs part.
struct Divergence {
    std::size_t stepA = 0, stepB = 0;
    Time time{};
    std::string what; //!< "decision", "ledger", a column's name, ...
    std::string valueA, valueB;
    std::optional<Time> decisionTime; //!< first decision that differs
    std::string decisionA, decisionB;
};

//! Whether a stored run comes out the same when it is computed again; a session with the decisions that were kept.
struct Verification {
    std::string runId;
    bool sameData = false;            //!< data digests agree
    bool sameResult = false;          //!< result digests agree
    std::string storedEngine;         //!< version of the program that stored it
    std::string storedDigest, digest; //!< of the result
    std::string storedDataDigest, dataDigest;
    std::size_t storedSteps = 0, steps = 0;
    std::shared_ptr<const RunRecord> record; //!< as computed again
    std::optional<Divergence> difference;    //!< where the results differ: first the stored one, then as computed again
};
//! `data`: "demo" or a folder; empty for where the run had it from. The errors of prepareRun(); StoreUnfinished for a
//! run that has not ended.
Result<Verification> verifyStoredRun(const std::string& file, const std::string& idOrPrefix, const std::string& data,
                                     const std::function<bool(std::size_t, std::size_t)>& progress = {});

//! Goes on with an interrupted run under its own id; an empty id means the newest of them. StoreResume where its data
//! or its stored steps are not what is computed now; then the stored run stays as it was. A session goes to its end
//! without anybody to approve.
Result<BacktestResult> resumeStoredRun(const std::string& file, const std::string& idOrPrefix, const std::string& data,
                                       const std::function<bool(std::size_t, std::size_t)>& progress = {});

//! Computes a stored run again as a new run of the same database.
struct Rerun {
    std::string of;        //!< id of the run that was computed again
    bool sameData = false; //!< data digests agree
    BacktestResult result;
};
//! `startedAt`: of the real clock. Otherwise as verifyStoredRun(), but the run need not have ended.
Result<Rerun> rerunStoredRun(const std::string& file, const std::string& idOrPrefix, const std::string& data,
                             const std::string& startedAt,
                             const std::function<bool(std::size_t, std::size_t)>& progress = {});

struct MetricDifference {
    std::string name;
    std::string unit; //!< "fraction", "count", ""; of money "USDT", "ETH" or, where they differ, "share class"
    std::vector<Figure> values; //!< by run
    bool isMoney() const { return unit == "share class" || parseAsset(unit).has_value(); }
};
struct ConfigurationDifference {
    std::string key;
    //! By run; nothing: the run has no such key. "0.02, 0.04 from 2024-08-24T12:00:00Z" where a fork changed it.
    std::vector<std::optional<std::string>> values;
};
//! What one unit of money became, and how far it stood below its peak.
struct ValueCurves {
    RunCurve unitValue; //!< 1 at the start, without deposits and withdrawals
    RunCurve drawdown;  //!< fraction
};
struct Comparison {
    std::vector<StoredRun> runs;
    std::vector<ValueCurves> curves;                    //!< by run
    std::vector<MetricDifference> metrics;              //!< all, side by side
    std::vector<ConfigurationDifference> configuration; //!< only keys that differ, and "decision by hand"
    std::vector<std::optional<Divergence>> divergence;  //!< of each run from the first; [0] is empty
    std::vector<std::size_t> commonSteps; //!< of each run and the first, on the time that both cover; 0: none
};
//! Two to eight runs of one file.
Result<Comparison> compareStoredRuns(const std::string& file, const std::vector<std::string>& idsOrPrefixes);
//! How the P&L of one run becomes that of another, line by line.
struct PnlBridge {
    struct Bar {
        //! "funding", ...; "basis": the price of both legs; "pnl": the two ends; "unexplained": the residual.
        std::string name;
        double from = 0, to = 0;
        double change() const { return to - from; }
    };
    //! Money differs in meaning between runs of different capital or currency: then fractions of each run's capital.
    bool ofCapital = false;
    Asset currency = Asset::USDT; //!< where it is money
    std::vector<Bar> bars;        //!< a's P&L, lines that differ, the residual, b's P&L
};
PnlBridge pnlBridge(const StoredRun& a, const StoredRun& b);
//! The first step, on the time that both cover, at which anything that is recorded differs.
std::optional<Divergence> firstDivergence(const RunRecord& a, const RunRecord& b);

//! A self-contained database of one run. StoreOpen where `target` exists.
Result<void> exportStoredRun(const std::string& file, const std::string& idOrPrefix, const std::string& target);
//! Stores a finished run that is only in memory.
Result<void> saveRun(const std::string& file, const RunRecord& record, const RunSummary& summary);
//! Keeps a run that its database would not take: in a database of its own beside that one, else in the current folder,
//! else in the folder for temporary files. Returns the file. The last place's error.
Result<std::string> rescueRun(const std::string& file, const RunRecord& record, const RunSummary& summary);

//! As listBookmarks(), setBookmark() and removeBookmark() of the store.
Result<std::vector<Bookmark>> listStoredBookmarks(const std::string& file, const std::string& idOrPrefix);
Result<void> setStoredBookmark(const std::string& file, const std::string& idOrPrefix, const Bookmark& bookmark);
Result<void> removeStoredBookmark(const std::string& file, const std::string& idOrPrefix, Time time);

Result<void> markStoredRun(const std::string& file, const std::string& idOrPrefix, const RunMarks& marks);
//! With all that belongs to it, but the audit trail stays. StoreBusyRun while another program is writing it.
Result<void> deleteStoredRun(const std::string& file, const std::string& idOrPrefix);

} // namespace carry
