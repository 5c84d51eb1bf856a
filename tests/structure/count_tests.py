#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the results that ctest wrote (--output-junit) and ends with the line 'N passed, N failed'.

A Qt Test program counts with each of its test functions, any other test as one. A program that crashed, ran out of time
or failed after its last test function is one more failure. Skipped ones count as neither.

usage: count_tests.py REPORT...     exits with 1 when a test failed, a report is missing or no test ran
       count_tests.py --self-test
"""
import io
import re
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

TOTALS = re.compile(r"^Totals: (\d+) passed, (\d+) failed, \d+ skipped, \d+ blacklisted", re.MULTILINE)


def count_case(case):
    """(passed, failed) of one <testcase>."""
    status = case.get("status")
    skipped = case.find("skipped")
    if status == "disabled" or (status == "notrun" and skipped is not None and "SKIP" in skipped.get("message", "")):
        return 0, 0
    totals = TOTALS.findall(case.findtext("system-out") or "")
    passed = sum(int(total[0]) for total in totals)
    failed = sum(int(total[1]) for total in totals)
    if status == "run":
        return (passed, failed) if totals else (1, 0)
    return passed, max(failed, 1)


def count_report(path):
    """(passed, failed, names of the tests that failed) of one report."""
    try:
        cases = ElementTree.parse(path).getroot().iter("testcase")
    except (OSError, ElementTree.ParseError) as error:
        return 0, 1, [f"no readable report, so ctest did not end properly: {error}"]
    passed, failed, names = 0, 0, []
    for case in cases:
        case_passed, case_failed = count_case(case)
        passed += case_passed
        failed += case_failed
        if case_failed:
            names.append(f"{case.get('name')} ({case_failed} failed)")
    return passed, failed, names


def summarise(paths, output=sys.stdout):
    passed, failed = 0, 0
    for path in paths:
        report_passed, report_failed, names = count_report(path)
        passed += report_passed
        failed += report_failed
        if not report_passed + report_failed:
            print(f"{Path(path).parent.name}: no test ran", file=output)
            failed += 1
        for name in names:
            print(f"{Path(path).parent.name}: {name}", file=output)
    print(f"{passed} passed, {failed} failed", file=output)
    return 1 if failed or not passed else 0


# ---- Self-test ------------------------------------------------------------------------------------

QT_GOOD = "PASS   : T::a()\nTotals: 5 passed, 0 failed, 1 skipped, 0 blacklisted, 2ms\n********* Finished\n"
QT_BAD = "FAIL!  : T::a()\nTotals: 3 passed, 2 failed, 0 skipped, 0 blacklisted, 2ms\n"
CASES = [
    ('status="run"', QT_GOOD, (5, 0)),
    ('status="run"', QT_GOOD + QT_GOOD, (10, 0)),
    ('status="run"', "hello", (1, 0)),
    ('status="run"', "", (1, 0)),
    ('status="fail"', QT_BAD, (3, 2)),
    ('status="fail"', "PASS   : T::a()\nSegmentation fault", (0, 1)),
    ('status="fail"', QT_GOOD + "LeakSanitizer: detected memory leaks", (5, 1)),
    ('status="fail"', "", (0, 1)),
    ('status="notrun"', "Unable to find executable", (0, 1)),
    ('status="disabled"', "Disabled", (0, 0)),
]


def self_test():
    failures = []
    body = ""
    for attributes, text, expected in CASES:
        xml = f"<testcase name='t' {attributes}><system-out>{text}</system-out></testcase>"
        body += xml
        found = count_case(ElementTree.fromstring(xml))
        if found != expected:
            failures.append(f"{xml}: expected {expected}, found {found}")
    skipped = "<testcase name='t' status='notrun'><skipped message='SKIP_RETURN_CODE=77'/></testcase>"
    if count_case(ElementTree.fromstring(skipped)) != (0, 0):
        failures.append("a skipped test is counted")

    with tempfile.TemporaryDirectory() as folder:
        reports = {"all": body, "none": "", "good": "<testcase name='t' status='run'/>", "cut": "<testcase"}
        for name, cases in reports.items():
            Path(folder, name).write_text(f"<testsuite>{cases}</testsuite>", encoding="utf-8")
        for names, expected_line, expected_status in [
            (["all"], "25 passed, 6 failed", 1),
            (["good"], "1 passed, 0 failed", 0),
            (["good", "good"], "2 passed, 0 failed", 0),
            (["good", "none"], "1 passed, 1 failed", 1),
            (["good", "cut"], "1 passed, 1 failed", 1),
            (["good", "missing"], "1 passed, 1 failed", 1),
        ]:
            output = io.StringIO()
            status = summarise([Path(folder, name) for name in names], output)
            line = output.getvalue().splitlines()[-1]
            if (line, status) != (expected_line, expected_status):
                failures.append(f"{names}: expected '{expected_line}' and {expected_status}, found '{line}' and {status}")

    print("\n".join(failures) or "counts as expected")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    return summarise(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
