-- SPDX-License-Identifier: GPL-3.0-or-later
-- A database of runs. Rules that hold for every table:
--
-- Time      *_ms are milliseconds since 1970-01-01T00:00:00Z; views show them as ISO 8601.
-- Money     share class of the run unless the name says otherwise. An exact amount is TEXT, a decimal number without
--           rounding; <name>_real beside it is the same as REAL, computed when read.
-- Absent    A figure that does not exist is NULL, and null_reasons says why: 4 bits for each column that may be NULL,
--           in the order given at the table, the first one in the lowest bits. Reason of column n:
--           (null_reasons >> (4 * n)) & 15, a value of empty_reason. (SQLite keeps -0.0 as 0.0; all other figures are
--           kept to the last bit.)
-- Enums     are small integers; join them with the view of their name (action, cause, venue, ...) on value.
-- Logs      (ledger, decision, transition, funding, event): step and seq, counted from 0 in each step, are the order
--           in which things happened.
-- Removing a row of run removes everything of that run (with foreign keys on).

-- ---- Words ----------------------------------------------------------------------------------------------------------

-- Filled by the program from its own lists whenever it opens the file for writing.
CREATE TABLE dictionary (
    kind  TEXT NOT NULL,
    value INTEGER NOT NULL,
    text  TEXT NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE VIEW account_type AS SELECT value, text FROM dictionary WHERE kind = 'account_type';
CREATE VIEW action AS SELECT value, text FROM dictionary WHERE kind = 'action';
CREATE VIEW asset AS SELECT value, text FROM dictionary WHERE kind = 'asset';
CREATE VIEW cause AS SELECT value, text FROM dictionary WHERE kind = 'cause';
CREATE VIEW condition_test AS SELECT value, text FROM dictionary WHERE kind = 'condition_test';
CREATE VIEW empty_reason AS SELECT value, text FROM dictionary WHERE kind = 'empty_reason';
CREATE VIEW event_kind AS SELECT value, text FROM dictionary WHERE kind = 'event_kind';
CREATE VIEW funding_flag AS SELECT value, text FROM dictionary WHERE kind = 'funding_flag'; -- value is a bit
CREATE VIEW group_kind AS SELECT value, text FROM dictionary WHERE kind = 'group_kind';
CREATE VIEW instruction_state AS SELECT value, text FROM dictionary WHERE kind = 'instruction_state';
CREATE VIEW instruction_type AS SELECT value, text FROM dictionary WHERE kind = 'instruction_type';
CREATE VIEW phase_kind AS SELECT value, text FROM dictionary WHERE kind = 'phase_kind';
CREATE VIEW pnl_item AS SELECT value, text FROM dictionary WHERE kind = 'pnl_item';
CREATE VIEW purpose AS SELECT value, text FROM dictionary WHERE kind = 'purpose';
CREATE VIEW reading_flag AS SELECT value, text FROM dictionary WHERE kind = 'reading_flag'; -- value is a bit
CREATE VIEW reason AS SELECT value, text FROM dictionary WHERE kind = 'reason'; -- {0}..{3}: the decision's numbers
CREATE VIEW risk_level AS SELECT value, text FROM dictionary WHERE kind = 'risk_level';
CREATE VIEW risk_metric AS SELECT value, text FROM dictionary WHERE kind = 'risk_metric';
CREATE VIEW run_status AS SELECT value, text FROM dictionary WHERE kind = 'run_status';
CREATE VIEW side AS SELECT value, text FROM dictionary WHERE kind = 'side';
CREATE VIEW venue AS SELECT value, text FROM dictionary WHERE kind = 'venue';

-- ---- Runs -----------------------------------------------------------------------------------------------------------

-- Written when a run begins; the figures follow when it ends. Newer runs have larger keys.
CREATE TABLE run (
    run                INTEGER PRIMARY KEY,
    run_id             TEXT NOT NULL UNIQUE,
    strategy           TEXT NOT NULL,
    preset             TEXT NOT NULL,
    share_class        INTEGER NOT NULL, -- asset
    base               INTEGER NOT NULL, -- asset
    assets             TEXT NOT NULL,    -- JSON: names of the assets that step_asset has rows for
    capital            REAL NOT NULL,
    from_ms            INTEGER NOT NULL,
    to_ms              INTEGER NOT NULL,
    status             INTEGER NOT NULL, -- run_status
    data_name          TEXT NOT NULL,
    synthetic          INTEGER NOT NULL,
    data_digest        TEXT NOT NULL,
    result_digest      TEXT,
    instruction_digest TEXT,
    started_at         TEXT NOT NULL,    -- ISO 8601, wall clock
    engine_version     TEXT NOT NULL,
    -- Headline figures; where one is NULL although the run has ended, empty_reasons names it.
    steps              INTEGER NOT NULL,
    nav_initial        REAL,
    nav_final          REAL,
    external_flows     REAL,
    pnl_balance        REAL,
    unexplained        REAL,
    days               REAL,
    apr                REAL,
    cagr               REAL,
    twr                REAL,
    volatility         REAL,
    sharpe             REAL,
    sortino            REAL,
    max_drawdown       REAL,
    max_drawdown_from  INTEGER,          -- ms
    max_drawdown_to    INTEGER,          -- ms
    drawdown_days      REAL,
    calmar             REAL,
    positive_days      REAL,
    turnover           REAL,
    costs              REAL,
    cost_ratio         REAL,
    min_margin_ratio   REAL,
    min_margin_at      INTEGER,          -- ms
    min_margin_venue   INTEGER,
    min_margin_price   REAL,
    min_health_factor  REAL,
    liquidations       INTEGER,
    plans_completed    INTEGER,
    plans_failed       INTEGER,
    load_seconds       REAL,
    engine_seconds     REAL,
    store_seconds      REAL,
    empty_reasons      TEXT,             -- JSON: {column: empty_reason}
    -- JSON, how often: {"decisions": {action: n}, "types": {instruction_type: n}, "states": {instruction_state: n},
    -- "settlements": {venue: n that paid}, "estimated": {venue: n that paid at the peers' mean}}
    counts             TEXT
) STRICT;

-- Apart from run, so that listing runs does not read past it.
CREATE TABLE configuration (
    run           INTEGER PRIMARY KEY REFERENCES run (run) ON DELETE CASCADE,
    configuration TEXT NOT NULL -- JSON: {key: value as text}, every key
) STRICT;

CREATE TABLE account (
    run      INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    id       INTEGER NOT NULL,
    venue    INTEGER NOT NULL,
    type     INTEGER NOT NULL, -- account_type
    asset    INTEGER NOT NULL,
    contract INTEGER NOT NULL, -- 1: counts contracts of the asset
    key      TEXT NOT NULL,
    PRIMARY KEY (run, id)
) STRICT, WITHOUT ROWID;

-- What the strategy looks at; the values are in decision.
CREATE TABLE condition (
    run       INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    idx       INTEGER NOT NULL,
    id        TEXT NOT NULL,
    unit      TEXT NOT NULL,
    test      INTEGER NOT NULL, -- condition_test
    threshold REAL,
    PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_file (
    run  INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    idx  INTEGER NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;

-- What was wrong with the data, and what was done about it.
CREATE TABLE finding (
    run      INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    idx      INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    severity TEXT NOT NULL,
    rule     TEXT NOT NULL,
    file     INTEGER NOT NULL, -- source_file.idx
    line     INTEGER NOT NULL, -- 0: the whole file
    series   TEXT NOT NULL,
    from_ms  INTEGER,
    to_ms    INTEGER,
    count    INTEGER NOT NULL,
    detail   TEXT NOT NULL,
    PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;

-- ---- Per step -------------------------------------------------------------------------------------------------------

-- null_reasons: nav, unit_value, drawdown, external_flows, delta_drift, in_flight, wallet_usdt, pending_withdrawal,
-- unexplained, risk_level. The pnl_* lines are sums since the start.
CREATE TABLE step (
    run                  INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step                 INTEGER NOT NULL,
    time_ms              INTEGER NOT NULL,
    bar                  INTEGER NOT NULL, -- 1: on a bar of the data
    null_reasons         INTEGER NOT NULL,
    nav                  REAL,
    unit_value           REAL,
    drawdown             REAL,             -- fraction
    external_flows       REAL,             -- since the start, without the capital
    delta_drift          REAL,             -- fraction of NAV
    in_flight            REAL,
    wallet_usdt          REAL,
    pending_withdrawal   REAL,
    unexplained          REAL,
    risk_level           INTEGER,
    pnl_spot_price       REAL NOT NULL,
    pnl_perp_price       REAL NOT NULL,
    pnl_funding          REAL NOT NULL,
    pnl_supply_interest  REAL NOT NULL,
    pnl_borrow_interest  REAL NOT NULL,
    pnl_staking          REAL NOT NULL,
    pnl_rewards          REAL NOT NULL,
    pnl_trade_fees       REAL NOT NULL,
    pnl_slippage         REAL NOT NULL,
    pnl_gas              REAL NOT NULL,
    pnl_withdrawal_fees  REAL NOT NULL,
    pnl_flash_fees       REAL NOT NULL,
    pnl_dex_fees         REAL NOT NULL,
    pnl_debit_interest   REAL NOT NULL,
    pnl_liquidation_loss REAL NOT NULL,
    pnl_fx_revaluation   REAL NOT NULL,
    pnl_other            REAL NOT NULL,
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

-- null_reasons: equity, notional, maintenance, margin_ratio, liquidation_distance, spot, mark, funding_apr, staleness,
-- reading_flags.
CREATE TABLE step_venue (
    run                  INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step                 INTEGER NOT NULL,
    venue                INTEGER NOT NULL,
    null_reasons         INTEGER NOT NULL,
    equity               REAL,
    notional             REAL,
    maintenance          REAL,
    margin_ratio         REAL,    -- fraction
    liquidation_distance REAL,    -- fraction
    spot                 REAL,
    mark                 REAL,
    funding_apr          REAL,    -- fraction a year
    staleness            REAL,    -- bars
    reading_flags        INTEGER, -- sum of reading_flag
    PRIMARY KEY (run, step, venue)
) STRICT, WITHOUT ROWID;

-- null_reasons: net_delta, gross_delta, price.
CREATE TABLE step_asset (
    run          INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step         INTEGER NOT NULL,
    asset        INTEGER NOT NULL,
    null_reasons INTEGER NOT NULL,
    net_delta    REAL, -- coins
    gross_delta  REAL, -- coins
    price        REAL,
    PRIMARY KEY (run, step, asset)
) STRICT, WITHOUT ROWID;

-- ---- Logs -----------------------------------------------------------------------------------------------------------

-- Double entry: the amount leaves one account and enters the other; both count the same asset.
CREATE TABLE ledger (
    run          INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step         INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    from_account INTEGER NOT NULL,
    to_account   INTEGER NOT NULL,
    cause        INTEGER NOT NULL,
    instruction  INTEGER NOT NULL, -- 0: none
    amount       TEXT NOT NULL,    -- negative: the other way round
    amount_real  REAL GENERATED ALWAYS AS (CAST(amount AS REAL)) VIRTUAL,
    PRIMARY KEY (run, step, seq)
) STRICT, WITHOUT ROWID;

-- conditions: little-endian IEEE 754 doubles, 8 bytes each, in the order of condition.idx; NaN: not applicable.
CREATE TABLE decision (
    run        INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step       INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    action     INTEGER NOT NULL,
    reason     INTEGER NOT NULL,
    plan       INTEGER NOT NULL, -- 0: none
    n0         REAL,
    n1         REAL,
    n2         REAL,
    n3         REAL,
    conditions BLOB NOT NULL,
    PRIMARY KEY (run, step, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX decision_acted ON decision (run, step) WHERE action <> 0;

CREATE TABLE plan (
    run           INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    plan          INTEGER NOT NULL,
    step          INTEGER NOT NULL, -- of the decision
    action        INTEGER NOT NULL,
    cost_fees     REAL NOT NULL,    -- expected
    cost_slippage REAL NOT NULL,
    cost_gas      REAL NOT NULL,
    instructions  INTEGER NOT NULL,
    PRIMARY KEY (run, plan)
) STRICT, WITHOUT ROWID;

-- What the columns mean by type: transfer: venue -> to_venue, asset, quantity of it, sweep; spot_trade and perp_trade:
-- venue, asset, side, quantity in coins; swap: asset -> to_asset, quantity of to_asset.
CREATE TABLE instruction (
    run             INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    instruction     INTEGER NOT NULL,
    plan            INTEGER NOT NULL,
    phase           INTEGER NOT NULL,
    phase_kind      INTEGER NOT NULL,
    group_no        INTEGER NOT NULL, -- within the phase
    group_kind      INTEGER NOT NULL,
    position        INTEGER NOT NULL, -- within the group
    type            INTEGER NOT NULL, -- instruction_type
    purpose         INTEGER NOT NULL,
    venue           INTEGER,
    to_venue        INTEGER,
    asset           INTEGER NOT NULL,
    to_asset        INTEGER,
    side            INTEGER,
    quantity        TEXT NOT NULL,
    quantity_real   REAL GENERATED ALWAYS AS (CAST(quantity AS REAL)) VIRTUAL,
    sweep           INTEGER NOT NULL, -- 1: everything that is there
    reference_price REAL NOT NULL,
    cost_fees       REAL NOT NULL,    -- expected
    cost_slippage   REAL NOT NULL,
    cost_gas        REAL NOT NULL,
    expected        TEXT NOT NULL,    -- JSON: [[account id, expected change], ...]
    PRIMARY KEY (run, instruction)
) STRICT, WITHOUT ROWID;

-- null_reasons: min_margin_ratio.
CREATE TABLE transition (
    run              INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step             INTEGER NOT NULL,
    seq              INTEGER NOT NULL,
    instruction      INTEGER NOT NULL,
    from_state       INTEGER NOT NULL, -- instruction_state
    to_state         INTEGER NOT NULL,
    time_ms          INTEGER NOT NULL,
    null_reasons     INTEGER NOT NULL,
    price            REAL NOT NULL,    -- of the fill, 0: none
    quantity         TEXT NOT NULL,
    quantity_real    REAL GENERATED ALWAYS AS (CAST(quantity AS REAL)) VIRTUAL,
    net_delta        REAL,             -- coins, after it
    min_margin_ratio REAL,             -- lowest of the exchanges, after it
    error            TEXT,             -- code, "CEX-001"
    PRIMARY KEY (run, step, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX transition_by_instruction ON transition (run, instruction);

-- Settlements that fell on a position, or were missing.
CREATE TABLE funding (
    run            INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step           INTEGER NOT NULL,
    seq            INTEGER NOT NULL,
    venue          INTEGER NOT NULL,
    interval_hours INTEGER NOT NULL,
    flags          INTEGER NOT NULL, -- sum of funding_flag
    reading_flags  INTEGER NOT NULL, -- of the mark: sum of reading_flag
    paid           INTEGER NOT NULL,
    rate           REAL NOT NULL,    -- fraction
    mark           REAL NOT NULL,
    age_hours      REAL NOT NULL,    -- of the mark
    position       REAL NOT NULL,    -- coins, signed
    cash           TEXT NOT NULL,    -- received
    cash_real      REAL GENERATED ALWAYS AS (CAST(cash AS REAL)) VIRTUAL,
    file           INTEGER NOT NULL, -- source_file.idx
    line           INTEGER NOT NULL, -- 0: none
    PRIMARY KEY (run, step, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX funding_missing ON funding (run, step) WHERE flags & 1;

-- What the columns mean by kind: risk_level: a = risk_metric, b = 16 * old + new risk_level, n0 value, n1 threshold;
-- liquidation: n0 price of the perp, n1 contracts closed, n2 coins sold, n3 written off; plan_*: reference = plan;
-- deposit, withdrawal_*: n0 amount; planning_error: error. scope: 0.. venue - 1, or 3 for the whole book.
CREATE TABLE event (
    run       INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step      INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    kind      INTEGER NOT NULL, -- event_kind
    a         INTEGER NOT NULL,
    b         INTEGER NOT NULL,
    scope     INTEGER NOT NULL,
    reference INTEGER NOT NULL,
    error     TEXT,
    n0        REAL,
    n1        REAL,
    n2        REAL,
    n3        REAL,
    PRIMARY KEY (run, step, seq)
) STRICT, WITHOUT ROWID;

-- ---- At the end -----------------------------------------------------------------------------------------------------

-- Accounts that are not zero.
CREATE TABLE position (
    run         INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    account     INTEGER NOT NULL,
    amount      TEXT NOT NULL,
    amount_real REAL GENERATED ALWAYS AS (CAST(amount AS REAL)) VIRTUAL,
    price       REAL NOT NULL,
    value       REAL NOT NULL,
    PRIMARY KEY (run, account)
) STRICT, WITHOUT ROWID;

-- P&L by line; venue -1 is the total.
CREATE TABLE run_pnl (
    run              INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    venue            INTEGER NOT NULL,
    spot_price       REAL NOT NULL,
    perp_price       REAL NOT NULL,
    funding          REAL NOT NULL,
    supply_interest  REAL NOT NULL,
    borrow_interest  REAL NOT NULL,
    staking          REAL NOT NULL,
    rewards          REAL NOT NULL,
    trade_fees       REAL NOT NULL,
    slippage         REAL NOT NULL,
    gas              REAL NOT NULL,
    withdrawal_fees  REAL NOT NULL,
    flash_fees       REAL NOT NULL,
    dex_fees         REAL NOT NULL,
    debit_interest   REAL NOT NULL,
    liquidation_loss REAL NOT NULL,
    fx_revaluation   REAL NOT NULL,
    other            REAL NOT NULL,
    PRIMARY KEY (run, venue)
) STRICT, WITHOUT ROWID;

-- ---- Views ----------------------------------------------------------------------------------------------------------

CREATE VIEW v_run_summary AS
SELECT r.run_id, r.strategy, r.preset, c.text AS share_class, b.text AS base, r.capital,
       strftime('%Y-%m-%dT%H:%M:%SZ', r.from_ms / 1000, 'unixepoch') AS "from",
       strftime('%Y-%m-%dT%H:%M:%SZ', r.to_ms / 1000, 'unixepoch') AS "to",
       s.text AS status, r.data_name, r.synthetic, r.started_at, r.engine_version, r.steps,
       r.nav_initial, r.nav_final, r.external_flows, r.pnl_balance, r.unexplained, r.days, r.apr, r.cagr, r.twr,
       r.volatility, r.sharpe, r.sortino, r.max_drawdown,
       strftime('%Y-%m-%dT%H:%M:%SZ', r.max_drawdown_from / 1000, 'unixepoch') AS max_drawdown_from,
       strftime('%Y-%m-%dT%H:%M:%SZ', r.max_drawdown_to / 1000, 'unixepoch') AS max_drawdown_to,
       r.drawdown_days, r.calmar, r.positive_days, r.turnover, r.costs, r.cost_ratio, r.min_margin_ratio,
       strftime('%Y-%m-%dT%H:%M:%SZ', r.min_margin_at / 1000, 'unixepoch') AS min_margin_at,
       m.text AS min_margin_venue, r.min_margin_price, r.min_health_factor, r.liquidations, r.plans_completed,
       r.plans_failed, r.load_seconds, r.engine_seconds, r.store_seconds, r.data_digest, r.result_digest,
       r.instruction_digest, r.empty_reasons
FROM run r
JOIN asset c ON c.value = r.share_class
JOIN asset b ON b.value = r.base
JOIN run_status s ON s.value = r.status
LEFT JOIN venue m ON m.value = r.min_margin_venue;

-- One row for each venue (or 'total') and line.
CREATE VIEW v_attribution AS
SELECT r.run_id, coalesce(v.text, 'total') AS venue, i.text AS item,
       CASE i.text
           WHEN 'spot_price' THEN p.spot_price
           WHEN 'perp_price' THEN p.perp_price
           WHEN 'funding' THEN p.funding
           WHEN 'supply_interest' THEN p.supply_interest
           WHEN 'borrow_interest' THEN p.borrow_interest
           WHEN 'staking' THEN p.staking
           WHEN 'rewards' THEN p.rewards
           WHEN 'trade_fees' THEN p.trade_fees
           WHEN 'slippage' THEN p.slippage
           WHEN 'gas' THEN p.gas
           WHEN 'withdrawal_fees' THEN p.withdrawal_fees
           WHEN 'flash_fees' THEN p.flash_fees
           WHEN 'dex_fees' THEN p.dex_fees
           WHEN 'debit_interest' THEN p.debit_interest
           WHEN 'liquidation_loss' THEN p.liquidation_loss
           WHEN 'fx_revaluation' THEN p.fx_revaluation
           WHEN 'other' THEN p.other
       END AS amount
FROM run r
JOIN run_pnl p ON p.run = r.run
LEFT JOIN venue v ON v.value = p.venue
CROSS JOIN pnl_item i;

CREATE VIEW v_positions AS
SELECT r.run_id, a.key, v.text AS venue, t.text AS type, s.text AS asset, p.amount, p.amount_real, p.price, p.value
FROM run r
JOIN position p ON p.run = r.run
JOIN account a ON a.run = p.run AND a.id = p.account
JOIN venue v ON v.value = a.venue
JOIN account_type t ON t.value = a.type
JOIN asset s ON s.value = a.asset;

CREATE VIEW v_step AS
SELECT r.run_id, s.step,
       strftime('%Y-%m-%dT%H:%M:%S', s.time_ms / 1000, 'unixepoch')
           || iif(s.time_ms % 1000 = 0, '', printf('.%03d', s.time_ms % 1000)) || 'Z' AS time,
       s.bar, l.text AS risk_level, s.nav, s.unit_value, s.drawdown, s.external_flows, s.delta_drift, s.in_flight,
       s.wallet_usdt, s.pending_withdrawal, s.unexplained, s.pnl_spot_price, s.pnl_perp_price, s.pnl_funding,
       s.pnl_supply_interest, s.pnl_borrow_interest, s.pnl_staking, s.pnl_rewards, s.pnl_trade_fees, s.pnl_slippage,
       s.pnl_gas, s.pnl_withdrawal_fees, s.pnl_flash_fees, s.pnl_dex_fees, s.pnl_debit_interest,
       s.pnl_liquidation_loss, s.pnl_fx_revaluation, s.pnl_other
FROM run r
JOIN step s ON s.run = r.run
LEFT JOIN risk_level l ON l.value = s.risk_level;

-- Two rows for each posting, one for each account, so that sums by account are balances.
CREATE VIEW v_ledger AS
SELECT r.run_id, l.step, l.seq,
       strftime('%Y-%m-%dT%H:%M:%S', s.time_ms / 1000, 'unixepoch')
           || iif(s.time_ms % 1000 = 0, '', printf('.%03d', s.time_ms % 1000)) || 'Z' AS time,
       c.text AS cause, nullif(l.instruction, 0) AS instruction,
       a.key AS account, v.text AS venue, t.text AS type, x.text AS asset,
       CASE
           WHEN d.column1 OR l.amount = '0' THEN l.amount
           WHEN l.amount LIKE '-%' THEN substr(l.amount, 2)
           ELSE '-' || l.amount
       END AS amount,
       iif(d.column1, l.amount_real, -l.amount_real) AS amount_real
FROM run r
CROSS JOIN ledger l ON l.run = r.run -- CROSS JOIN: in this order
CROSS JOIN (VALUES (0), (1)) d       -- 0: the side it leaves
CROSS JOIN step s ON s.run = l.run AND s.step = l.step
CROSS JOIN account a ON a.run = l.run AND a.id = iif(d.column1, l.to_account, l.from_account)
CROSS JOIN venue v ON v.value = a.venue
CROSS JOIN account_type t ON t.value = a.type
CROSS JOIN asset x ON x.value = a.asset
CROSS JOIN cause c ON c.value = l.cause;

CREATE VIEW v_decision AS
SELECT r.run_id, d.step, d.seq,
       strftime('%Y-%m-%dT%H:%M:%S', s.time_ms / 1000, 'unixepoch')
           || iif(s.time_ms % 1000 = 0, '', printf('.%03d', s.time_ms % 1000)) || 'Z' AS time,
       a.text AS action,
       replace(replace(replace(replace(t.text,
           '{0}', printf('%.6g', d.n0)), '{1}', printf('%.6g', d.n1)),
           '{2}', printf('%.6g', d.n2)), '{3}', printf('%.6g', d.n3)) AS reason,
       nullif(d.plan, 0) AS plan, length(d.conditions) / 8 AS conditions
FROM run r
JOIN decision d ON d.run = r.run
JOIN step s ON s.run = d.run AND s.step = d.step
JOIN action a ON a.value = d.action
JOIN reason t ON t.value = d.reason;

-- The plans, instruction by instruction, with what became of them.
CREATE VIEW v_instruction AS
SELECT r.run_id, i.plan, a.text AS action, p.step AS decision_step, i.phase, k.text AS phase_kind, i.group_no,
       g.text AS group_kind, i.position, i.instruction, t.text AS type, u.text AS purpose, v.text AS venue,
       w.text AS to_venue, x.text AS asset, y.text AS to_asset, d.text AS side, i.quantity, i.quantity_real, i.sweep,
       i.reference_price, i.cost_fees + i.cost_slippage + i.cost_gas AS expected_cost,
       coalesce(e.text, (SELECT text FROM instruction_state WHERE value = 0)) AS state,
       strftime('%Y-%m-%dT%H:%M:%S', n.time_ms / 1000, 'unixepoch')
           || iif(n.time_ms % 1000 = 0, '', printf('.%03d', n.time_ms % 1000)) || 'Z' AS changed,
       n.quantity AS filled, n.quantity_real AS filled_real, nullif(n.price, 0) AS price, n.error
FROM run r
JOIN instruction i ON i.run = r.run
JOIN plan p ON p.run = i.run AND p.plan = i.plan
JOIN action a ON a.value = p.action
JOIN phase_kind k ON k.value = i.phase_kind
JOIN group_kind g ON g.value = i.group_kind
JOIN instruction_type t ON t.value = i.type
JOIN purpose u ON u.value = i.purpose
LEFT JOIN venue v ON v.value = i.venue
LEFT JOIN venue w ON w.value = i.to_venue
JOIN asset x ON x.value = i.asset
LEFT JOIN asset y ON y.value = i.to_asset
LEFT JOIN side d ON d.value = i.side
LEFT JOIN transition n ON n.run = i.run AND (n.step, n.seq) = (
    SELECT z.step, z.seq FROM transition z WHERE z.run = i.run AND z.instruction = i.instruction
    ORDER BY z.step DESC, z.seq DESC LIMIT 1) -- the last one
LEFT JOIN instruction_state e ON e.value = n.to_state;
