// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "record/column_source.h"
#include "record/columns.h"
#include "table_scan.h"

#include <map>
#include <vector>

namespace carry
{

//! Reads some columns of a run from the tables that have a row for every step, and from those alone that it needs.
//! Used from one thread; raises BadValue and SQLite::Exception.
class ColumnRows
{
  public:
    ColumnRows(SQLite::Database& database, std::int64_t run, const ColumnLayout& layout,
               const std::vector<Asset>& assets);

    //! As ColumnSource::read().
    void read(std::size_t first, std::size_t last, std::span<const std::size_t> columns, double* into,
              const StepHeads* heads);

  private:
    //! Where a value stands in a row, and where it goes.
    struct Cell {
        int field = 0;
        int reasons = -1;      //!< field with the reasons; -1: never NULL
        unsigned shift = 0;    //!< of its own reason
        std::size_t place = 0; //!< index into the wanted columns
    };
    //! What is wanted of one table: cells by exchange or asset, else one list.
    struct Part {
        std::string select;
        std::vector<std::string> fields;
        std::vector<std::vector<Cell>> cells;
        bool wanted() const;
        int fieldOf(const std::string& name);
    };
    struct Conditions {
        std::size_t condition = 0, place = 0;
    };
    struct Plan {
        Part step, venue, asset, chain;
        std::vector<Conditions> conditions;
    };
    struct Range {
        std::size_t first, last;
        double* into;
        double* at(std::size_t place, std::size_t step) const { return into + place * (last - first) + step - first; }
    };
    const Plan& planOf(std::span<const std::size_t> columns);
    void addColumn(Plan& plan, std::size_t column, std::size_t place) const;
    TableScan& scanOf(const std::string& fields, const char* table);
    static void take(const ScannedRow& row, const std::vector<Cell>& cells, const Range& range, std::size_t step);
    void readSteps(const Plan& plan, const Range& range, const StepHeads* heads);
    void readVenues(const Plan& plan, const Range& range);
    void readAssets(const Plan& plan, const Range& range);
    void readChain(const Plan& plan, const Range& range);
    void readConditions(const Plan& plan, const Range& range);

    SQLite::Database& m_database;
    std::int64_t m_run;
    ColumnLayout m_layout;
    std::vector<Asset> m_assets;
    std::map<std::vector<std::size_t>, Plan> m_plans;
    std::map<std::string, TableScan> m_scans; //!< by table and fields
};

} // namespace carry
