#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted person at `carrydesk-cli session`: approves, approves by group, rejects, lets expire, postpones, halts and
flattens, kills the program with SIGKILL in the middle of plans, resumes it, and then checks what is left.

What the person does and what goes wrong at the venues is drawn from the seed; where in its work a kill meets the program is
not, so only what must hold wherever it does is checked. Exit status 77: the market data are not there.
"""
import argparse
import collections
import json
import os
import queue
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

SKIPPED = 77
PATIENCE = 120  # s without a line from the program
FAULTS = ("seed={seed},latency_ms=1500,lost_request=0.08,lost_answer=0.08,lost_query=0.15,refused=0.03,rate_limited=0.08,"
          "duplicated=0.1,partial=0.3,cancelled_rest=0.15,disconnected=0.02,disconnected_ms=900000")
GATE = '[gate]\nmode = "manual"\nvalid_for_min = 15\nmax_price_move = 0.05\npause_after_rejection_h = 2\n'
# A month in which money comes and goes, so that there is enough to decide. The two presets take turns.
FLOWS = "{0}-03T09:00:00Z +20000, {0}-08T15:00:00Z -9000, {0}-12T20:00:00Z +15000, {0}-15T04:00:00Z -12000, " \
        "{0}-19T11:00:00Z +8000, {0}-23T18:00:00Z -6000"
PRESETS = ("btc-basis", "staking-hedged-leveraged")


class Failure(Exception):
    """Something that must hold does not."""


def require(holds, what):
    if not holds:
        raise Failure(what)


class Program:
    """One life of `carrydesk-cli session`, from its start to its end or its kill."""

    def __init__(self, cli, arguments):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([cli, "session", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            if line.endswith(b"\n"):  # a kill may cut the last one
                self.lines.put(json.loads(line))
        self.lines.put(None)

    def next(self):
        """The next line; nothing at the end."""
        try:
            return self.lines.get(timeout=PATIENCE)
        except queue.Empty:
            self.process.kill()
            raise Failure("the program says nothing any more") from None

    def say(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        require(self.process.wait() == -signal.SIGKILL, "the program had ended before it was killed")

    def end(self):
        """Standard error; closes everything."""
        self.process.stdin.close()
        status = self.process.wait(PATIENCE)
        self.errors.seek(0)
        return status, self.errors.read().decode()


def ids_of(proposal):
    return [i["id"] for phase in proposal["what"]["phases"] for group in phase["groups"] for i in group["instructions"]]


def some_groups(proposal, rng):
    """A part of the plan that may go without the rest; nothing: there is none."""
    bundles = proposal["bundles"]
    first = rng.choice(bundles)
    chosen = set(first["groups"]) | set(first["needs"])
    while True:  # what is needed may need more
        more = {ref for b in bundles if chosen & set(b["groups"]) for ref in [*b["groups"], *b["needs"]]}
        if more <= chosen:
            break
        chosen |= more
    every = {ref for b in bundles for ref in b["groups"]}
    return sorted(chosen) if chosen < every else None


class Person:
    """Takes a session from its start to its end, through its kills."""

    def __init__(self, options, seed, folder):
        self.options = options
        self.rng = random.Random(seed)
        self.seed = seed
        self.database = os.path.join(folder, f"session-{seed}.db")
        self.gate = os.path.join(folder, "gate.toml")
        require(not os.path.exists(self.database), f"there is a {self.database} already")
        with open(self.gate, "w", encoding="utf-8") as file:
            file.write(GATE)
        self.run_id = None
        self.program = None
        self.done = collections.Counter()
        self.said = []
        # Everything happens once early on, in an order of the seed; later plans are mostly approved.
        self.partly = None
        self.script = ["midway", "midway", "groups", "reject", "expire", "postpone", "approve", "at_approval", "while_open"]
        self.rng.shuffle(self.script)
        self.flattens = self.rng.random() < 0.5

    def start(self):
        month = "2024-06" if self.options.data.startswith("demo") else "2024-08"
        arguments = [
            "--preset", PRESETS[self.seed % 2], "--from", f"{month}-01T00:00:00Z", "--to", f"{month}-30T23:00:00Z",
            "--set", "flows.schedule=" + FLOWS.format(month), "--data", self.options.data, "--db", self.database, "--gate", self.gate,
            "--user", "ann", "--feed", "tape:max", "--wait", "--faults", FAULTS.format(seed=self.seed)]
        if self.rng.random() < 0.3:  # a first life that is cut short
            self.cut_short(arguments)
            self.done["at_start"] += 1
            if self.began():
                self.resume()
        if self.program is None:
            self.program = Program(self.options.cli, arguments)
            self.run_id = self.program.next()["run_id"]
        if self.flattens:
            self.program.say({"action": "flatten", "at": f"{month}-28T00:00:00Z"})

    def began(self):
        """Whether there is a run already."""
        if not os.path.exists(self.database):
            return False
        runs = json.loads(run_cli(self.options, "runs", "list", "--db", self.database, "--json", "-"))
        if runs:
            self.run_id = runs[0]["run_id"]
        return bool(runs)

    def cut_short(self, arguments):
        """A life without anybody to listen."""
        program = Program(self.options.cli, arguments)
        time.sleep(self.rng.uniform(0, 0.3))
        program.kill()
        program.end()
        self.done["kills"] += 1

    def resume(self):
        """After a kill; sometimes that is killed too, while it computes again what was, or soon after."""
        arguments = ["--db", self.database, "--resume", self.run_id, "--wait", "--user", "ann", "--feed"]
        while self.rng.random() < 0.25:
            self.cut_short([*arguments, "tape:1"])
            self.done["in_resumption"] += 1
        self.program = Program(self.options.cli, [*arguments, "tape:max"])
        head = self.program.next()
        if head is None or not head["resumed"] or head["run_id"] != self.run_id:
            raise Failure(f"not resumed: {head} {self.program.end()}")

    def live(self):
        """The last line."""
        self.start()
        while True:
            line = self.program.next()
            if line is None:
                raise Failure(f"the program ended: {self.program.end()}")
            self.said.append(f'{line["event"]}:{line.get("action", "")}')
            if line["event"] == "ended":
                status, errors = self.program.end()
                require(status == 0 and errors == "", f"status {status}: {errors}")
                return line
            require(line["event"] != "error", f"not understood: {line}")
            if line["event"] == "refusal":
                self.done[line["error"]["code"]] += 1
            elif line["event"] == "proposal" and line["action"] in ("made", "open"):
                self.answer(line["proposal"])
            elif line["event"] == "proposal":
                self.done[line["action"]] += 1
            elif line["event"] == "waits":
                require(line["for"] == "rest", f"nothing else is waited for here: {line}")
                getattr(self, self.rng.choice(["approve", "reject", "expire"]))(self.partly)

    def answer(self, proposal):
        """Decides on a proposal, and perhaps ends the program meanwhile."""
        self.done["proposals"] += 1
        act = "approve" if self.rng.random() < 0.8 else self.rng.choice(["midway", "groups", "reject", "expire", "at_approval"])
        if proposal["flatten"]:
            act = self.rng.choice(["approve", "midway"])
        elif self.script:
            act = self.script.pop()
        getattr(self, act)(proposal)

    def decide(self, action, proposal, **more):
        self.program.say({"action": action, "proposal": proposal["proposal"], "hash": proposal["hash"], **more})

    def approve(self, proposal):
        self.decide("approve", proposal)

    def groups(self, proposal):
        groups = some_groups(proposal, self.rng)
        if groups is None:
            self.script.append("groups")  # of the next one perhaps
            return self.decide("approve", proposal)
        self.partly = proposal  # the rest is answered when the session waits for that
        return self.decide("approve_groups", proposal, groups=groups)

    def reject(self, proposal):
        self.decide("reject", proposal, reason="the market moves")

    def postpone(self, proposal):
        self.decide("postpone", proposal, until=proposal["expires"])

    def expire(self, _):
        self.program.say({"session": "let_go"})

    def while_open(self, _):
        """Kills while the proposal waits: it is open again then."""
        self.done["proposals"] -= 1
        self.kill()
        self.resume()

    def at_approval(self, proposal):
        """Kills right after the approval."""
        if self.approve_slowly(proposal):
            self.kill_in(proposal)

    def midway(self, proposal):
        """Kills when a part of the plan has reached the venues."""
        if not self.approve_slowly(proposal):
            return
        wanted = self.rng.randint(1, max(1, len(ids_of(proposal)) - 1))
        give_up = time.monotonic() + 2  # the rest may have been refused
        while self.reached(proposal) < wanted and time.monotonic() < give_up:
            time.sleep(0.001)
        time.sleep(self.rng.choice([0, 0.003, 0.02]))
        self.kill_in(proposal)

    def kill(self):
        self.program.kill()
        self.program.end()
        self.done["kills"] += 1

    def approve_slowly(self, proposal):
        """An hour of the session in a second, so that there is time to kill it in. False: it was not approved."""
        self.program.say({"session": "speed", "feed": "tape:3600"})
        self.decide("approve", proposal)
        line = self.program.next()
        if line is not None and line["event"] == "proposal" and line["action"] == "approved":
            return True
        require(line is not None and line["event"] == "refusal", f"neither approved nor refused: {line}")
        self.done[line["error"]["code"]] += 1
        self.program.say({"session": "speed", "feed": "tape:max"})
        self.program.say({"session": "let_go"})
        return False

    def kill_in(self, proposal):
        self.kill()
        reached = self.reached(proposal)
        self.done["in_plan"] += 1 if 0 < reached < len(ids_of(proposal)) else 0
        self.done["approved"] += 1
        self.resume()

    def reached(self, proposal):
        """How many instructions of the plan the venues have taken."""
        wanted = set(ids_of(proposal))
        return sum(1 for request in requests(self.database, self.run_id) if request["first"] in wanted)


def requests(database, run_id):
    """What the paper venues took, as their own file has it."""
    with sqlite3.connect(f"file:{database}-venues?mode=ro", uri=True, timeout=10) as db:
        rows = db.execute("SELECT body FROM session_journal WHERE run_id = ? AND kind = 'request' ORDER BY seq", (run_id,))
        bodies = [json.loads(body) for (body,) in rows]
    db.close()
    return [{"id": b["placed"]["client_id"], "first": b["placed"]["instructions"][0]["id"], "sent": b["placed"]["sent"],
             "until": b["placed"]["valid_until"]} for b in bodies if b.get("placed") is not None]


def run_cli(options, *arguments):
    done = subprocess.run([options.cli, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False)
    require(done.returncode == 0, f'{" ".join(arguments)}: {done.stdout}{done.stderr}')
    return done.stdout


def check_end(line):
    """The session's own last word."""
    require(line["status"] == "done", f'status {line["status"]}')
    require(abs(line["unexplained"]) < 1e-9 * line["nav_initial"], f'{line["unexplained"]} unexplained')
    venues = line["venues"]
    require(venues["reconciliations"] > 0, "balances were never compared")
    require(venues["differences"] == [], f'balances differ: {venues["differences"]}')
    require(venues["unknown_orders"] == 0, f'{venues["unknown_orders"]} orders are unknown')


def check_venues(person):
    """What the venues took: the same order again only when the one before it could not be carried out any more."""
    last = {}
    for request in requests(person.database, person.run_id):
        before = last.get(request["id"])
        require(before is None or request["sent"] > before["until"], f'{request["id"]} was sent again while it was valid')
        last[request["id"]] = request
    require(last, "nothing reached the venues")


def check_ledger(person):
    """What was traded is what was ordered and reported, once, and every step's P&L is explained."""
    db = sqlite3.connect(f"file:{person.database}?mode=ro", uri=True, timeout=10)
    (rest,) = db.execute("SELECT max(abs(unexplained)) / (SELECT capital FROM run) FROM step").fetchone()
    require(rest < 1e-9, f"{rest} of the capital is unexplained at a step")
    (differed,) = db.execute("""SELECT count(*) FROM event e JOIN event_kind k ON k.value = e.kind
                                WHERE k.text = 'reconciliation'""").fetchone()
    require(differed == 0, "balances differed on the way")
    names = dict(db.execute("SELECT text, value FROM dictionary WHERE kind = 'instruction_type'"))
    states = dict(db.execute("SELECT text, value FROM dictionary WHERE kind = 'instruction_state'"))
    cause = dict(db.execute("SELECT text, value FROM dictionary WHERE kind = 'cause'"))["trade"]
    traded = 0
    for kind, contract in ((names["spot_trade"], 0), (names["perp_trade"], 1)):
        rows = db.execute("""
            SELECT i.instruction, i.quantity,
                   (SELECT t.quantity FROM transition t WHERE t.instruction = i.instruction ORDER BY step DESC, seq DESC LIMIT 1),
                   (SELECT t.to_state FROM transition t WHERE t.instruction = i.instruction ORDER BY step DESC, seq DESC LIMIT 1),
                   (SELECT sum(abs(l.amount_real)) FROM ledger l JOIN account a ON a.id = l.to_account AND a.run = l.run
                    WHERE l.instruction = i.instruction AND l.cause = ? AND a.asset = i.asset AND a.contract = ?)
            FROM instruction i WHERE i.type = ?""", (cause, contract, kind)).fetchall()
        for instruction, ordered, told, state, booked in rows:
            filled = float(told) if state in (states["confirmed"], states["cancelled"]) and told else 0.0
            require(abs((booked or 0.0) - filled) < 1e-9 and filled <= float(ordered) + 1e-9,
                    f"instruction {instruction}: {ordered} ordered, {filled} reported, {booked} booked")
            traded += 1 if filled > 0 else 0
    twice = db.execute("""
        SELECT l.instruction, count(*) FROM ledger l JOIN instruction i ON i.instruction = l.instruction
        WHERE i.type NOT IN (?, ?) GROUP BY l.instruction, from_account, to_account, cause HAVING count(*) > 1""",
                       (names["spot_trade"], names["perp_trade"])).fetchall()
    db.close()
    require(not twice, f"booked more than once: {twice}")
    require(traded > 0, "nothing was traded")


def check_parity(options, person):
    text = run_cli(options, "parity", "--db", person.database, "--run", person.run_id, "--json", "-", "--quiet")
    report = json.loads(text)
    parts = ("price", "fee", "funding", "timing", "missing_fills", "remainder")
    for leg in [*report["legs"], report["total"]]:
        rest = leg["gap"] - sum(leg[part] for part in parts)
        require(abs(rest) < 1e-6, f'parity of {leg["leg"]} does not close by {rest}')
        if leg["leg"].split()[-1] in ("spot", "perp", "cash"):
            require(abs(leg["remainder"]) < 1e-6, f'parity of {leg["leg"]} leaves {leg["remainder"]}')
    rest = report["total"]["remainder"] - sum(leg["remainder"] for leg in report["legs"])
    require(abs(rest) < 1e-6, f"parity as a whole does not close by {rest}")


def one_session(options, seed, folder):
    began = time.monotonic()
    person = Person(options, seed, folder)
    try:
        last = person.live()
        check_end(last)
        check_venues(person)
        check_ledger(person)
        require("unbroken" in run_cli(options, "audit", "verify", "--db", person.database), "the audit trail is broken")
        run_cli(options, "runs", "verify", "--db", person.database, "--quiet")
        check_parity(options, person)
    except (Failure, KeyError, json.JSONDecodeError) as failure:
        raise Failure(f"seed {seed}: {type(failure).__name__} {failure}\n  {' '.join(person.said[-20:])}\n  "
                      f"database {person.database}") from failure
    finally:
        if person.program is not None and person.program.process.poll() is None:
            person.program.process.kill()
    person.done["resent"] = last["venues"]["resent"]
    person.done["queries"] = last["venues"]["queries"]
    figures = ", ".join(f"{value} {key}" for key, value in sorted(person.done.items()))
    print(f"seed {seed}: {figures}; {time.monotonic() - began:.1f} s", flush=True)
    return person.done


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--cli", required=True, help="carrydesk-cli")
    parser.add_argument("--data", default="demo",
                        help="demo, a folder of market data, or real: the folder that CARRYDESK_MARKET_DATA names, else "
                             "shared/market-data beside the project")
    parser.add_argument("--seed", type=int, default=1, help="of the first session")
    parser.add_argument("--sessions", type=int, default=1, help="at least so many")
    parser.add_argument("--kills", type=int, default=0, help="sessions go on until the program was killed so often")
    parser.add_argument("--keep", help="folder that databases are kept in")
    options = parser.parse_args()
    if options.data == "real":
        beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared", "market-data")
        options.data = os.environ.get("CARRYDESK_MARKET_DATA", os.path.normpath(beside))
    if not options.data.startswith("demo") and not os.path.isdir(options.data):
        print(f"skipped: no market data at {options.data}")
        return SKIPPED
    began = time.monotonic()
    total = collections.Counter()
    with tempfile.TemporaryDirectory() as scratch:
        seed = options.seed
        try:
            while seed < options.seed + options.sessions or total["kills"] < options.kills:
                total += one_session(options, seed, options.keep or scratch)
                seed += 1
            for what in ("approved", "approved_in_part", "rejected", "expired", "postponed", "kills", "in_plan"):
                require(total[what] > 0, f"nothing was {what}")
        except Failure as failure:
            print(f"FAILED {failure}")
            return 1
    print(f"{seed - options.seed} sessions, {total['proposals']} proposals, {total['kills']} kills, {total['in_plan']} of them in "
          f"the middle of a plan; {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
