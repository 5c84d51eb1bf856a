// SPDX-License-Identifier: GPL-3.0-or-later
// Conditions and events that replay can stop at.
#include "desk/predicate.h"
#include "stored_demo.h"

#include <algorithm>

using namespace carry;
using namespace carry::test;

namespace
{

const RunRecord& record()
{
    static const auto run = [] {
        BacktestOptions options;
        options.period = shortPeriod();
        return must(runBacktest(configured("btc-basis"), *demoData(), options));
    }();
    return *run.record;
}

} // namespace

class TestDeskPredicate : public QObject
{
    Q_OBJECT

  private slots:
    void figures_data();
    void figures();
    void badText_data();
    void badText();
    void hits();
    void joined();
    void absentFulfilsNothing();
    void names();
    void events();
};

void TestDeskPredicate::figures_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<double>("value");
    const std::size_t step = record().committed() - 1;
    const auto at = [&](std::size_t column) { return record().at(step, column); };
    QTest::newRow("nav") << "nav" << at(ColumnLayout::step(StepColumn::Nav));
    QTest::newRow("ratio") << "binance.margin_ratio" << at(ColumnLayout::venue(0, VenueColumn::MarginRatio));
    QTest::newRow("delta") << "net_delta" << at(ColumnLayout::asset(0, AssetColumn::NetDelta));
    QTest::newRow("funding") << "okx.funding" << at(ColumnLayout::venue(2, VenueColumn::FundingApr));
    QTest::newRow("basis") << "bybit.basis"
                           << at(ColumnLayout::venue(1, VenueColumn::Mark)) /
                                      at(ColumnLayout::venue(1, VenueColumn::Spot)) -
                                  1;
    QTest::newRow("pnl") << "pnl.funding" << at(ColumnLayout::pnl(PnlItem::Funding));
}

void TestDeskPredicate::figures()
{
    QFETCH(QString, name);
    QFETCH(double, value);
    const std::size_t step = record().committed() - 1;
    const std::string number = QString::number(value, 'g', 17).toStdString();
    const auto holds = [&](const char* test) {
        return must(Predicate::parse(name.toStdString() + test + number, record())).holds(record(), step);
    };
    QVERIFY(holds(" = ") && holds("<=") && holds(" >= "));
    QVERIFY(!holds("<") && !holds(" > ") && !holds("!="));
}

void TestDeskPredicate::badText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("position");
    QTest::newRow("empty") << ""
                           << "1";
    QTest::newRow("unknown") << "nonsense < 1"
                             << "1";
    QTest::newRow("no lending in this run") << "nav > 1 and health_factor < 1.03"
                                            << "13";
    QTest::newRow("no test") << "nav 1"
                             << "5";
    QTest::newRow("no number") << "nav < x"
                               << "7";
    QTest::newRow("number with letters") << "nav < 1x"
                                         << "7";
    QTest::newRow("infinite") << "nav < inf"
                              << "7";
    QTest::newRow("huge") << "nav < 1e999"
                          << "7";
    QTest::newRow("end") << "nav <"
                         << "6";
    QTest::newRow("joint") << "nav < 1 but nav > 2"
                           << "9";
    QTest::newRow("hanging") << "nav < 1 and"
                             << "12";
}

void TestDeskPredicate::badText()
{
    QFETCH(QString, text);
    QFETCH(QString, position);
    const auto parsed = Predicate::parse(text.toStdString(), record());
    QCOMPARE(codeOf(parsed), QString("CONF-015"));
    QCOMPARE(carry::test::text(parsed.error().value("position")), position);
}

void TestDeskPredicate::hits()
{
    const auto predicate = must(Predicate::parse("drawdown > 0.01%", record()));
    std::vector<std::size_t> expected;
    bool before = false;
    for (std::size_t s = 0; s < record().committed(); ++s) {
        const bool now = record().at(s, ColumnLayout::step(StepColumn::Drawdown)) > 0.0001;
        if (now && !before)
            expected.push_back(s);
        before = now;
    }
    QVERIFY(!expected.empty());
    std::vector<std::size_t> forth;
    for (auto s = nextHit(record(), predicate, {}, record().committed()); s;
         s = nextHit(record(), predicate, s, record().committed()))
        forth.push_back(*s);
    QCOMPARE(forth, expected);
    std::vector<std::size_t> back;
    for (auto s = previousHit(record(), predicate, record().committed()); s; s = previousHit(record(), predicate, *s))
        back.insert(back.begin(), *s);
    QCOMPARE(back, expected);
    QCOMPARE(countHits(record(), predicate, record().committed()), expected.size());
    QVERIFY(!nextHit(record(), predicate, {}, expected.front()));
}

void TestDeskPredicate::joined()
{
    const auto holds = [](const char* text) { return must(Predicate::parse(text, record())).holds(record(), 5); };
    QVERIFY(holds("nav > 0 and nav < 1e9"));
    QVERIFY(!holds("nav > 0 and nav < 0"));
    QVERIFY(holds("nav < 0 and nav < 0 or nav > 0"));
    QVERIFY(holds("nav > 0 or nav < 0 and nav < 0"));
}

void TestDeskPredicate::absentFulfilsNothing()
{
    // Nothing is open at the first step.
    for (const char* test : {"<", ">", "!=", "="}) {
        const auto predicate = must(Predicate::parse(std::string("okx.margin_ratio ") + test + " 0.5", record()));
        QVERIFY(!predicate.holds(record(), 0));
    }
}

void TestDeskPredicate::names()
{
    const auto names = predicateNames(record());
    QVERIFY(std::ranges::is_sorted(names));
    for (const char* name : {"nav", "okx.basis", "net_delta", "condition.idle_usdt", "pnl.gas"})
        QVERIFY2(std::ranges::find(names, name) != names.end(), name);
    for (const std::string& name : names)
        QVERIFY2(Predicate::parse(name + " > 0", record()), name.c_str());
}

void TestDeskPredicate::events()
{
    const std::size_t end = record().committed();
    for (std::size_t e = 0; e < kRunEventCount; ++e) {
        const auto event = static_cast<RunEvent>(e);
        std::vector<std::size_t> forth;
        for (auto s = nextEvent(record(), event, {}, end); s; s = nextEvent(record(), event, s, end))
            forth.push_back(*s);
        std::vector<std::size_t> back;
        for (auto s = previousEvent(record(), event, end); s; s = previousEvent(record(), event, *s))
            back.insert(back.begin(), *s);
        QCOMPARE(back, forth);
        QCOMPARE(countEvents(record(), event, end), forth.size());
        if (event == RunEvent::Decision || event == RunEvent::Funding)
            QVERIFY(!forth.empty());
    }
    const auto first = nextEvent(record(), RunEvent::Decision, {}, end);
    QVERIFY(record().decision(record().ends(*first).decisions - 1).action == Action::InitialSetup);
}

QTEST_APPLESS_MAIN(TestDeskPredicate)
#include "tst_desk_predicate.moc"
