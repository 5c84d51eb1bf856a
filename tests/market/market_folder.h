// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "market/market_data.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

//! A scratch folder with market files written by a test.
class MarketFolder
{
  public:
    std::filesystem::path path() const { return m_folder.path().toStdString(); }

    void write(const std::string& name, std::string_view text) const
    {
        const auto file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << text;
    }

    void copy(const std::filesystem::path& from, const std::string& name) const
    {
        std::filesystem::create_directories((path() / name).parent_path());
        std::filesystem::copy_file(from, path() / name);
    }

    carry::Result<carry::MarketData> tryRead() const { return carry::readMarketFolder(path()); }

    //! Reads the folder, which must work.
    carry::MarketData read() const
    {
        auto data = tryRead();
        if (!data)
            qFatal("%s", describe(data.error()).c_str());
        return std::move(*data);
    }

  private:
    QTemporaryDir m_folder;
};

inline std::vector<carry::Finding> findingsOf(const carry::MarketData& data, carry::FindingKind kind,
                                              std::string_view series = {})
{
    std::vector<carry::Finding> found;
    for (const auto& finding : data.report.findings)
        if (finding.kind == kind && (series.empty() || finding.series == series))
            found.push_back(finding);
    return found;
}

//! The coverage of a series; without rows where there is none.
inline carry::Coverage coverageOf(const carry::MarketData& data, std::string_view series)
{
    for (const auto& coverage : data.report.coverage)
        if (coverage.series == series)
            return coverage;
    return {};
}

inline QString text(std::string_view view)
{
    return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

inline carry::Time at(std::string_view iso)
{
    return carry::parseIsoTime(iso).value();
}

inline QString iso(const std::optional<carry::Time>& time)
{
    return time ? text(carry::formatIso(*time)) : QString();
}

inline constexpr carry::SeriesKey kBinanceBtcSpot{carry::Venue::Binance, carry::Asset::BTC,
                                                  carry::SeriesKind::SpotCandles};
inline constexpr carry::SeriesKey kBinanceBtcPerp{carry::Venue::Binance, carry::Asset::BTC,
                                                  carry::SeriesKind::PerpCandles};
inline constexpr carry::SeriesKey kBinanceBtcFunding{carry::Venue::Binance, carry::Asset::BTC,
                                                     carry::SeriesKind::Funding};
inline constexpr carry::SeriesKey kBybitEthSpot{carry::Venue::Bybit, carry::Asset::ETH, carry::SeriesKind::SpotCandles};
inline constexpr carry::SeriesKey kOkxBtcFunding{carry::Venue::Okx, carry::Asset::BTC, carry::SeriesKind::Funding};
inline constexpr carry::SeriesKey kOkxEthFunding{carry::Venue::Okx, carry::Asset::ETH, carry::SeriesKind::Funding};
