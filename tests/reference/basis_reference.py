#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain re-calculation of the presets btc-basis-reference and eth-basis-reference.

Spot long and an equal perp short on three venues, entered at START, held to END, marked there.
Written from the specification only; it shares no code with the engine it is compared with.
"""

import argparse
import bisect
import csv
import datetime as dt
import glob
import json
import math
import os
import sys

HOUR = 3600
GRID = 8 * HOUR  # all three venues settle at 00:00, 08:00 and 16:00 UTC
SNAP = 60        # a funding stamp this close to the hour means the hour
VENUES = ("binance", "bybit", "okx")
WEIGHT = {"binance": 0.4, "bybit": 0.3, "okx": 0.3}
FEE = {"binance": 0.0010, "bybit": 0.0006, "okx": 0.0010}  # the same for spot and perp

# Candle files per venue: (spot, perp). The data set has no OKX BTC candles and no Binance or OKX
# ETH spot, so the preset names proxies; the OKX ETH candle file is deliberately not used.
BTC_BINANCE = ("binance/binance_BTCUSDT_1h_*.csv", "binance/binance_BTCUSDT_perp_1h_*.csv")
BTC_BYBIT = ("bybit/bybit_BTCUSDT_spot_1h_*.csv", "bybit/bybit_BTCUSDT_perp_1h_*.csv")
ETH_BINANCE = ("bybit/bybit_ETHUSDT_spot_1h_*.csv", "binance/binance_ETHUSDT_perp_1h_*.csv")
ETH_BYBIT = ("bybit/bybit_ETHUSDT_spot_1h_*.csv", "bybit/bybit_ETHUSDT_perp_1h_*.csv")
CANDLES = {
    "BTC": {"binance": BTC_BINANCE, "bybit": BTC_BYBIT, "okx": BTC_BINANCE},
    "ETH": {"binance": ETH_BINANCE, "bybit": ETH_BYBIT, "okx": ETH_BINANCE},
}


def warn(text):
    print("warning: " + text, file=sys.stderr)


def stamp(text):
    """ISO text (T or blank, Z or +00:00) to whole seconds since 1970; milliseconds are rounded."""
    moment = dt.datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    if moment.utcoffset() != dt.timedelta(0):
        raise ValueError("not UTC: " + text)
    return round(moment.timestamp())


def iso(seconds):
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def rows_of(folder, pattern):
    """All rows as dictionaries; the csv module takes LF and CRLF alike."""
    found = sorted(glob.glob(os.path.join(folder, pattern)))  # '*.csv' leaves the .backup files out
    if len(found) != 1:
        sys.exit("error: %d files match %s" % (len(found), pattern))
    with open(found[0], newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


class Series:
    """Hourly bars; the price at T is the open of bar T, else the close of the last earlier bar."""

    def __init__(self, folder, pattern):
        self.bars, whole = {}, {}
        for row in rows_of(folder, pattern):
            label = stamp(row["timestamp"])
            if label in whole:
                if whole[label] != row:
                    sys.exit("error: %s has two different bars at %s" % (pattern, iso(label)))
                warn("%s: duplicate bar %s dropped" % (pattern, iso(label)))
                continue
            whole[label] = row
            self.bars[label] = (float(row["open"]), float(row["close"]))
        self.labels = sorted(self.bars)

    def price(self, when):
        if when in self.bars:
            return self.bars[when][0]
        before = bisect.bisect_left(self.labels, when)
        if before == 0:
            sys.exit("error: no price at or before " + iso(when))
        return self.bars[self.labels[before - 1]][1]


def snapped(seconds):
    nearest = round(seconds / HOUR) * HOUR
    if abs(seconds - nearest) <= SNAP:
        return nearest
    sys.exit("error: funding stamp %s is not at a full hour" % iso(seconds))


def funding_of(folder, venue, asset):
    """The rates actually exchanged, by settlement time."""
    if venue == "okx":
        # Only real_funding_rate was exchanged; the labels are UTC+8 wall time marked as UTC.
        rows = [(row["funding_time"], row["real_funding_rate"], 8 * HOUR)
                for row in rows_of(folder, "okx/okx_daily_dump_extract_*.csv")
                if row["instrument"] == asset + "-USDT-SWAP"]
    else:
        pattern = "%s/%s_%sUSDT_funding_rates_*.csv" % (venue, venue, asset)
        rows = [(row["funding_timestamp"], row["funding_rate"], 0)
                for row in rows_of(folder, pattern)]
    rates, twins = {}, 0
    for text, rate, late in rows:
        when = snapped(stamp(text)) - late
        if when in rates:
            twins += 1
            if rates[when] != float(rate):
                sys.exit("error: %s has two rates for %s" % (venue, iso(when)))
        rates[when] = float(rate)
        if when % GRID:
            warn("%s settles off the 8-hour grid at %s" % (venue, iso(when)))
    if twins:
        warn("%s: %d repeated funding rows with equal rates collapsed" % (venue, twins))
    return rates


def drawdown(points):
    """Largest (peak - nav)/peak with the first time of the peak and of the maximum."""
    peak_at, peak = points[0]
    worst, worst_from, worst_to = 0.0, None, None
    for when, nav in points:
        if nav > peak:  # strictly: the peak keeps the first time it was reached
            peak_at, peak = when, nav
        depth = (peak - nav) / peak
        if depth > worst:
            worst, worst_from, worst_to = depth, peak_at, when
    return worst, worst_from, worst_to


def daily_figures(points):
    """Figures from simple returns between successive 00:00 UTC values of NAV."""
    navs = [nav for when, nav in points if when % 86400 == 0]
    returns = [after / before - 1 for before, after in zip(navs, navs[1:])]
    out = dict.fromkeys(("volatility", "sharpe", "sortino", "positive_days"))
    if len(returns) < 2:
        warn("fewer than two daily returns: daily figures left empty")
        return out
    mean = math.fsum(returns) / len(returns)
    deviation = math.sqrt(math.fsum((r - mean) ** 2 for r in returns) / (len(returns) - 1))
    downside = math.sqrt(math.fsum(min(r, 0) ** 2 for r in returns) / len(returns))
    year = math.sqrt(365)
    out["volatility"] = deviation * year
    out["sharpe"] = mean / deviation * year if deviation else None
    out["sortino"] = mean / downside * year if downside else None
    out["positive_days"] = sum(r > 0 for r in returns) / len(returns)
    return out


def run(asset, folder, first, last, capital):
    cache = {}

    def series(pattern):
        if pattern not in cache:
            cache[pattern] = Series(folder, pattern)
        return cache[pattern]

    spot = {v: series(CANDLES[asset][v][0]) for v in VENUES}
    perp = {v: series(CANDLES[asset][v][1]) for v in VENUES}
    rates = {v: funding_of(folder, v, asset) for v in VENUES}

    # Timeline: every bar label of a series used and every settlement, both ends included.
    moments = set().union(*(s.labels for s in cache.values()), *rates.values())
    steps = sorted(t for t in moments if first <= t <= last)
    if len(steps) < 2:
        sys.exit("error: fewer than two steps in the span")
    start, end = steps[0], steps[-1]

    # Entry at START's open; q uses up all cash after both fees.
    quantity, cash, entry, fees = {}, {}, {}, {}
    for v in VENUES:
        s, p, share = spot[v].price(start), perp[v].price(start), capital * WEIGHT[v]
        q = share / (s * (1 + FEE[v]) + p * FEE[v])
        quantity[v], entry[v] = q, p
        fees[v] = -FEE[v] * q * (s + p)
        cash[v] = share - q * s + fees[v]  # zero but for rounding

    funding = {v: [] for v in VENUES}
    spot_pnl = {v: [] for v in VENUES}
    perp_pnl = {v: [] for v in VENUES}
    points = [(start, capital)]  # the capital before entry is the first point of the drawdown
    lowest = (math.inf, None, None)
    before = {v: (spot[v].price(start), perp[v].price(start)) for v in VENUES}
    for t in steps:
        equity = {}
        for v in VENUES:
            s, p, q = spot[v].price(t), perp[v].price(t), quantity[v]
            spot_pnl[v].append(q * (s - before[v][0]))  # on the quantity at the start of the step
            perp_pnl[v].append(-q * (p - before[v][1]))
            before[v] = (s, p)
            if t > start and t in rates[v]:  # the position must be older than the settlement
                funding[v].append(q * p * rates[v][t])
            # USDT cash + coin (no haircut) + unrealised result of the short
            equity[v] = math.fsum([cash[v], q * s, -q * (p - entry[v])] + funding[v])
            ratio = equity[v] / (q * p)
            if ratio < lowest[0]:
                lowest = (ratio, t, v)
        points.append((t, math.fsum(equity.values())))

    expected = range(start // GRID * GRID + GRID, end + 1, GRID)
    missing = {v: [iso(t) for t in expected if t not in rates[v]] for v in VENUES}
    for v in VENUES:
        if missing[v]:
            warn("%s: %d settlements missing, they pay nothing" % (v, len(missing[v])))

    by_venue = {v: {"quantity": quantity[v], "equity": equity[v], "funding": math.fsum(funding[v]),
                    "spot_price": math.fsum(spot_pnl[v]), "perp_price": math.fsum(perp_pnl[v]),
                    "trade_fees": fees[v]} for v in VENUES}
    causes = ("spot_price", "perp_price", "funding", "trade_fees")
    attribution = {c: math.fsum(by_venue[v][c] for v in VENUES) for c in causes}
    final = points[-1][1]
    net = final - capital
    if abs(net - math.fsum(attribution.values())) > 1e-9 * capital:
        sys.exit("error: the attribution does not add up to the balance")

    days = (end - start) / 86400
    depth, depth_from, depth_to = drawdown(points)
    metrics = {"apr": net / capital * 365 / days, "cagr": (final / capital) ** (365 / days) - 1}
    metrics.update(daily_figures(points[1:]))  # START counts with its value after entry
    metrics.update({
        "max_drawdown": depth,
        "max_drawdown_from": iso(depth_from) if depth else None,
        "max_drawdown_to": iso(depth_to) if depth else None,
        "min_margin_ratio": lowest[0],
        "min_margin_ratio_at": iso(lowest[1]),
        "min_margin_ratio_venue": lowest[2],
    })
    return {
        "steps": len(steps), "days": days, "capital": capital,
        "nav": {"initial": capital, "final": final},
        "pnl": {"balance": net, "attribution": attribution},
        "by_venue": by_venue,
        "funding": {
            "total": attribution["funding"],
            "by_venue": {v: by_venue[v]["funding"] for v in VENUES},
            "settlements_by_venue": {v: len(funding[v]) for v in VENUES},
            "missing_by_venue": missing,
        },
        "metrics": metrics,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--asset", choices=("BTC", "ETH"), required=True)
    parser.add_argument("--data", required=True, help="folder of the market data")
    parser.add_argument("--from", dest="first", type=stamp, required=True)
    parser.add_argument("--to", dest="last", type=stamp, required=True)
    parser.add_argument("--capital", type=float, required=True)
    args = parser.parse_args()
    print(json.dumps(run(args.asset, args.data, args.first, args.last, args.capital), indent=2))


if __name__ == "__main__":
    main()
