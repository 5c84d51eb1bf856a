-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a run holds on chain: staked tokens, and what is supplied to and borrowed from Aave.
--
-- Money is in the share class of the run, which from here on may be ETH. The figures of step_chain are in ETH.
-- Sizing: instruction.sweep says how an amount is found when the instruction is carried out (a value of sizing), and
-- quantity is what was planned. Of a transfer, 1 is everything that is there.
-- account.contract is a value of unit: scaled units grow with the index of their reserve.
-- event, kind lending_liquidation: n0 debt repaid, n1 collateral seized (tokens), n2 health factor before, n3 bad debt;
-- reward: n0 tokens, n1 price, n2 ETH received.

CREATE VIEW sizing AS SELECT value, text FROM dictionary WHERE kind = 'sizing';
CREATE VIEW unit AS SELECT value, text FROM dictionary WHERE kind = 'unit';

-- Only of runs that hold something on chain, one row for each step. null_reasons is of the first ten columns (collateral
-- to eth_borrow_index), null_reasons_2 of the other ten.
CREATE TABLE step_chain (
    run              INTEGER NOT NULL REFERENCES run (run) ON DELETE CASCADE,
    step             INTEGER NOT NULL,
    null_reasons     INTEGER NOT NULL,
    null_reasons_2   INTEGER NOT NULL,
    collateral       REAL, -- supplied, at the oracle's prices
    debt             REAL,
    ltv              REAL, -- fraction
    health_factor    REAL,
    lst_ratio        REAL, -- ETH per staked token at the protocol
    lst_market       REAL, -- ETH per staked token on the market
    lst_discount     REAL, -- fraction
    lst_index        REAL, -- liquidity index of the staked token's reserve
    eth_index        REAL,
    eth_borrow_index REAL,
    usdt_index       REAL,
    staking_apr      REAL, -- fractions a year
    lst_supply_apr   REAL,
    eth_supply_apr   REAL,
    usdt_supply_apr  REAL,
    borrow_apr       REAL,
    unstaking        REAL, -- in the exit queue
    wallet_eth       REAL,
    eth_price        REAL, -- share class per ETH
    eth_usd          REAL, -- USDT per ETH
    PRIMARY KEY (run, step)
) STRICT, WITHOUT ROWID;

-- Further types of instruction. swap: with exact_sell, quantity is of asset and not of to_asset. stake: quantity ETH ->
-- to_asset; unstake: quantity of asset -> ETH. supply, withdraw, borrow, repay, flash_borrow, flash_repay: quantity of
-- asset. set_emode: quantity is the category.
ALTER TABLE instruction ADD COLUMN ltv REAL NOT NULL DEFAULT 0;           -- sizing to_ltv: debt / collateral afterwards
ALTER TABLE instruction ADD COLUMN iteration INTEGER NOT NULL DEFAULT 0;  -- of a loop, from 1; 0 outside
ALTER TABLE instruction ADD COLUMN exact_sell INTEGER NOT NULL DEFAULT 0; -- of a swap

-- At Aave, after the change; NULL: no debt.
ALTER TABLE transition ADD COLUMN ltv REAL;
ALTER TABLE transition ADD COLUMN health_factor REAL;

-- What the sentence of an error names, a JSON object: {"refusal": "SupplyCapExceeded", "operation": "supply"}.
ALTER TABLE transition ADD COLUMN error_values TEXT;
ALTER TABLE event ADD COLUMN error_values TEXT;

ALTER TABLE run ADD COLUMN min_health_factor_at INTEGER; -- ms
ALTER TABLE run ADD COLUMN min_health_factor_ratio REAL; -- ETH per staked token there

-- ---- Views ----------------------------------------------------------------------------------------------------------

DROP VIEW v_run_summary;
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
       m.text AS min_margin_venue, r.min_margin_price, r.min_health_factor,
       strftime('%Y-%m-%dT%H:%M:%SZ', r.min_health_factor_at / 1000, 'unixepoch') AS min_health_factor_at,
       r.min_health_factor_ratio, r.liquidations, r.plans_completed, r.plans_failed, r.load_seconds, r.engine_seconds,
       r.store_seconds, r.data_digest, r.result_digest, r.instruction_digest, r.empty_reasons
FROM run r
JOIN asset c ON c.value = r.share_class
JOIN asset b ON b.value = r.base
JOIN run_status s ON s.value = r.status
LEFT JOIN venue m ON m.value = r.min_margin_venue;

-- The plans, instruction by instruction, with what became of them.
DROP VIEW v_instruction;
CREATE VIEW v_instruction AS
SELECT r.run_id, i.plan, a.text AS action, p.step AS decision_step, i.phase, k.text AS phase_kind, i.group_no,
       g.text AS group_kind, i.iteration, i.position, i.instruction, t.text AS type, u.text AS purpose, v.text AS venue,
       w.text AS to_venue, x.text AS asset, y.text AS to_asset, d.text AS side, i.quantity, i.quantity_real, i.sweep,
       h.text AS sizing, i.exact_sell, nullif(i.ltv, 0) AS to_ltv, i.reference_price,
       i.cost_fees + i.cost_slippage + i.cost_gas AS expected_cost,
       coalesce(e.text, (SELECT text FROM instruction_state WHERE value = 0)) AS state,
       strftime('%Y-%m-%dT%H:%M:%S', n.time_ms / 1000, 'unixepoch')
           || iif(n.time_ms % 1000 = 0, '', printf('.%03d', n.time_ms % 1000)) || 'Z' AS changed,
       n.quantity AS filled, n.quantity_real AS filled_real, nullif(n.price, 0) AS price, n.ltv,
       n.health_factor, n.error, n.error_values
FROM run r
JOIN instruction i ON i.run = r.run
JOIN plan p ON p.run = i.run AND p.plan = i.plan
JOIN action a ON a.value = p.action
JOIN phase_kind k ON k.value = i.phase_kind
JOIN group_kind g ON g.value = i.group_kind
JOIN instruction_type t ON t.value = i.type
JOIN purpose u ON u.value = i.purpose
LEFT JOIN sizing h ON h.value = i.sweep
LEFT JOIN venue v ON v.value = i.venue
LEFT JOIN venue w ON w.value = i.to_venue
JOIN asset x ON x.value = i.asset
LEFT JOIN asset y ON y.value = i.to_asset
LEFT JOIN side d ON d.value = i.side
LEFT JOIN transition n ON n.run = i.run AND (n.step, n.seq) = (
    SELECT z.step, z.seq FROM transition z WHERE z.run = i.run AND z.instruction = i.instruction
    ORDER BY z.step DESC, z.seq DESC LIMIT 1) -- the last one
LEFT JOIN instruction_state e ON e.value = n.to_state;

CREATE VIEW v_chain AS
SELECT r.run_id, c.step,
       strftime('%Y-%m-%dT%H:%M:%S', s.time_ms / 1000, 'unixepoch')
           || iif(s.time_ms % 1000 = 0, '', printf('.%03d', s.time_ms % 1000)) || 'Z' AS time,
       s.nav, c.collateral, c.debt, c.ltv, c.health_factor, c.lst_ratio, c.lst_market, c.lst_discount, c.lst_index,
       c.eth_index, c.eth_borrow_index, c.usdt_index, c.staking_apr, c.lst_supply_apr, c.eth_supply_apr,
       c.usdt_supply_apr, c.borrow_apr, c.unstaking, c.wallet_eth, c.eth_price, c.eth_usd
FROM run r
JOIN step_chain c ON c.run = r.run
JOIN step s ON s.run = c.run AND s.step = c.step;
