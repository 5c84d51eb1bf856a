// SPDX-License-Identifier: GPL-3.0-or-later
// A folder is read in four steps: load and recognise every file, choose who serves each series, read the chosen ones,
// and join what several files say about one series.
#include "formats.h"
#include "publish.h"

#include <algorithm>

namespace carry
{
namespace
{

struct Entry {
    Document document;
    const Format* format = nullptr;
    std::vector<Claim> claims; //!< those it won, after choose()
};

//! Paths below the folder in bytewise order; hidden files and folders are left out.
std::vector<std::filesystem::path> filesBelow(const std::filesystem::path& folder)
{
    namespace fs = std::filesystem;
    std::vector<fs::path> paths;
    std::error_code failure;
    fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, failure);
    for (; !failure && at != fs::recursive_directory_iterator(); at.increment(failure)) {
        const bool hidden = at->path().filename().string().starts_with('.');
        std::error_code ignored;
        if (hidden && at->is_directory(ignored))
            at.disable_recursion_pending();
        else if (!hidden && at->is_regular_file(ignored))
            paths.push_back(at->path());
    }
    std::sort(paths.begin(), paths.end(),
              [](const fs::path& a, const fs::path& b) { return a.generic_string() < b.generic_string(); });
    return paths;
}

class FolderReader
{
  public:
    FolderReader(std::filesystem::path folder, const ReadProgress& progress)
        : m_folder(std::move(folder)), m_progress(progress)
    {
    }
    Result<MarketData> read();

  private:
    bool goOn(std::size_t done) const { return !m_progress || m_progress(done, m_entries.size()); }
    void addEntries(const std::vector<std::filesystem::path>& paths);
    void recogniseEntry(Entry& entry);
    void list(const Entry& entry, FindingKind kind, std::string detail = {});
    void refuse(const Entry& entry, const Error& error);
    void choose();
    void readEntry(Entry& entry);
    bool takeColumns(const Entry& entry, const Harvest& harvest);
    void takeCosts(const Entry& entry, const CostTable& costs);
    void join(const SeriesId& id, std::vector<RowPool> pools);

    std::filesystem::path m_folder;
    const ReadProgress& m_progress;
    std::vector<Entry> m_entries;
    std::map<SeriesId, std::vector<RowPool>> m_pools;
    std::map<std::string, std::vector<std::string>> m_columns;
    std::string m_firstRefusal;
    MarketData m_data;
};

void FolderReader::addEntries(const std::vector<std::filesystem::path>& paths)
{
    m_entries.resize(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        Document& document = m_entries[i].document;
        document.path = std::filesystem::absolute(paths[i]); // a relative one may hide which market the files are of
        document.name = paths[i].lexically_relative(m_folder).generic_string();
        document.index = static_cast<std::uint32_t>(i);
        std::error_code ignored;
        const auto bytes = std::filesystem::file_size(paths[i], ignored);
        m_data.files.push_back({document.name, {}, ignored ? 0 : bytes, false});
    }
}

void FolderReader::list(const Entry& entry, FindingKind kind, std::string detail)
{
    Finding finding;
    finding.kind = kind;
    finding.rule = kind == FindingKind::Placeholder ? QualityRule::UseConfiguration : QualityRule::SkipFile;
    finding.file = entry.document.index;
    finding.detail = std::move(detail);
    addFinding(m_data, std::move(finding));
}

void FolderReader::refuse(const Entry& entry, const Error& error)
{
    if (m_firstRefusal.empty())
        m_firstRefusal = describe(error);
    std::string series;
    for (const Claim& claim : entry.claims)
        series += (series.empty() ? "" : ", ") + describe(claim.id);
    addUnreadable(m_data, entry.document.index, error, std::move(series));
}

void FolderReader::recogniseEntry(Entry& entry)
{
    if (auto loaded = load(entry.document); !loaded)
        return refuse(entry, loaded.error());
    const auto format = recognise(entry.document);
    if (!format)
        return refuse(entry, format.error());
    if (!*format)
        return list(entry, FindingKind::Unrecognised);
    entry.format = *format;
    m_data.files[entry.document.index].format = entry.format->id;
    if (!entry.format->read)
        return list(entry, entry.format->unread, std::string(entry.format->why));
    auto claims = entry.format->claim(entry.document, *entry.format);
    if (!claims)
        return refuse(entry, claims.error());
    if (claims->empty())
        return list(entry, FindingKind::Ignored, "no series of the desk");
    entry.claims = std::move(*claims);
}

//! Leaves every entry the claims it won and lists the others.
void FolderReader::choose()
{
    struct Winner {
        int rank;
        std::uint32_t file;
    };
    std::map<SeriesId, Winner> winners;
    for (const Entry& entry : m_entries)
        for (const Claim& claim : entry.claims) {
            const auto [at, isNew] = winners.try_emplace(claim.id, Winner{claim.rank, entry.document.index});
            if (!isNew && claim.rank < at->second.rank)
                at->second = {claim.rank, entry.document.index};
        }
    for (Entry& entry : m_entries)
        std::erase_if(entry.claims, [&](const Claim& claim) {
            const Winner& winner = winners.at(claim.id);
            if (claim.rank == winner.rank)
                return false;
            Finding finding;
            finding.kind = FindingKind::Superseded;
            finding.rule = claim.losesBy;
            finding.file = entry.document.index;
            finding.series = describe(claim.id);
            finding.detail = m_data.files[winner.file].path;
            addFinding(m_data, std::move(finding));
            return true;
        });
}

//! Files of one frame must have the same columns; refuses the entry where another file has others.
bool FolderReader::takeColumns(const Entry& entry, const Harvest& harvest)
{
    for (const auto& [id, columns] : harvest.columns) {
        const auto& known = m_columns.try_emplace(id, columns).first->second;
        if (known == columns)
            continue;
        refuse(entry, Error(ErrorCode::DataColumns)
                          .with("file", entry.document.name)
                          .with("line", 1)
                          .with("found", static_cast<std::int64_t>(columns.size()))
                          .with("expected", "those of another file of " + id));
        return false;
    }
    return true;
}

void FolderReader::takeCosts(const Entry& entry, const CostTable& costs)
{
    for (const auto& [pair, row] : costs) {
        const auto known = m_data.costs.find(pair);
        const bool same =
            known == m_data.costs.end() || (known->second.upTo10k == row.upTo10k &&
                                            known->second.upTo100k == row.upTo100k && known->second.above == row.above);
        if (!same)
            return refuse(entry, Error(ErrorCode::DataConflict)
                                     .with("file", entry.document.name)
                                     .with("line", 1)
                                     .with("found", pair)
                                     .with("first", "1 of another cost file"));
    }
    m_data.costs.insert(costs.begin(), costs.end());
    m_data.files[entry.document.index].used |= !costs.empty();
}

void FolderReader::readEntry(Entry& entry)
{
    Harvest harvest;
    if (auto read = entry.format->read(entry.document, *entry.format, harvest); !read)
        return refuse(entry, read.error());
    entry.document.bytes = {};
    if (!takeColumns(entry, harvest))
        return;
    const auto won = [&](const SeriesId& id) {
        return std::any_of(entry.claims.begin(), entry.claims.end(),
                           [&](const Claim& claim) { return claim.id == id; });
    };
    for (auto& [id, pool] : harvest.pools)
        if (won(id))
            m_pools[id].push_back(std::move(pool));
    for (Finding& finding : harvest.findings)
        addFinding(m_data, std::move(finding));
    takeCosts(entry, harvest.costs);
}

void FolderReader::join(const SeriesId& id, std::vector<RowPool> pools)
{
    std::map<std::uint32_t, std::uint64_t> repeated;
    auto joined = joinPools(std::move(pools), m_data.files, repeated);
    if (!joined) {
        const auto file = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
            return entry.document.name == joined.error().value("file");
        });
        return refuse(*file, joined.error());
    }
    for (const auto& [file, count] : repeated) {
        Finding finding;
        finding.kind = FindingKind::Duplicate;
        finding.rule = QualityRule::DropExactDuplicate;
        finding.file = file;
        finding.series = describe(id);
        finding.count = count;
        finding.detail = "rows that another file of the series has, too";
        addFinding(m_data, std::move(finding));
    }
    const auto* frame = std::get_if<std::string>(&id);
    publish(id, std::move(*joined), frame ? m_columns[*frame] : std::vector<std::string>{}, m_data);
}

Result<MarketData> FolderReader::read()
{
    std::error_code failure;
    if (!std::filesystem::is_directory(m_folder, failure))
        return fail(Error(ErrorCode::DataNotFound).with("file", m_folder.generic_string()));
    m_data.name = (std::filesystem::absolute(m_folder) / "").lexically_normal().parent_path().filename().string();
    addEntries(filesBelow(m_folder));
    for (Entry& entry : m_entries) {
        if (!goOn(0))
            return fail(Error(ErrorCode::DataCancelled).with("file", m_folder.generic_string()));
        recogniseEntry(entry);
    }
    choose();
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        if (!m_entries[i].claims.empty())
            readEntry(m_entries[i]);
        if (!goOn(i + 1))
            return fail(Error(ErrorCode::DataCancelled).with("file", m_folder.generic_string()));
    }
    for (auto& [id, pools] : m_pools)
        join(id, std::move(pools));
    if (m_data.candles.empty() && m_data.funding.empty() && m_data.frames.empty() && m_data.costs.empty()) {
        Error error(ErrorCode::DataUnrecognised);
        error.with("file", m_folder.generic_string());
        if (!m_firstRefusal.empty())
            error.with("first", m_firstRefusal);
        return fail(std::move(error));
    }
    sortFindings(m_data.report);
    return std::move(m_data);
}

} // namespace

Result<MarketData> readMarketFolder(const std::filesystem::path& folder, const ReadProgress& progress)
{
    return FolderReader(folder, progress).read();
}

} // namespace carry
