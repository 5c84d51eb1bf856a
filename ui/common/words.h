// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/conditions.h"
#include "desk/inspection.h"

#include <QCoreApplication>
#include <QIcon>
#include <QString>

namespace carry::ui
{

//! How much a state matters; the colour is never its only sign.
enum class Tone { Plain, Muted, Active, Ok, Warn, Critical, Breached };
QColor toneColor(Tone tone);

//! A state as people see it: word, icon and colour.
struct Badge {
    QString word;
    QString icon; //!< name in resources/icons
    Tone tone = Tone::Plain;
    QIcon pixmap() const; //!< in the colour of the tone
    bool operator==(const Badge&) const = default;
};

//! Words for what a record holds as data.
class Words
{
    Q_DECLARE_TR_FUNCTIONS(carry::ui::Words)
  public:
    static QString venue(Venue venue);              //!< "Binance"; "In flight" for the chain
    static QString scope(std::size_t scope);        //!< exchange index or kBookScope
    static QString holding(const Account& account); //!< "BTC perp"
    static QString account(const Account& account); //!< "Binance BTC perp"
    static QString action(Action action);
    static QString phase(PhaseKind kind);
    static QString group(GroupKind kind);
    static QString purpose(Purpose purpose);
    static QString sizing(Sizing sizing, double ltv); //!< how an amount is found; `ltv` with ToLtv
    static QString cause(Cause cause);
    static QString pnl(PnlItem item);
    static QString metric(RiskMetric metric);
    static QString metricUnit(RiskMetric metric); //!< for figure()
    static QString riskAction(RiskAction action);
    static QString event(EventKind kind);
    static QString empty(EmptyReason reason);                        //!< why there is no value
    static QString condition(const ConditionDefinition& definition); //!< "Net delta of gross"
    static QString conditionMet(ConditionRole role);                 //!< of one that is: "Met", "Holds back"
    static QString conditionRole(ConditionRole role);                //!< what that means
    static QString test(ConditionDefinition::Test test);             //!< ">"
    static QString errorName(const Error& error);                    //!< code and sentence
    static QString error(const Error& error);                        //!< code, sentence and what to do
    static QString check(const Error& error);                        //!< what was checked where an instruction failed

    static Badge state(InstructionState state);
    static Badge outcome(PlanOutcome outcome);
    static Badge level(RiskLevel level);
};

//! An icon of resources/icons in a colour, kept for the next time: trees ask for the same few again and again.
QIcon tintedIcon(const QString& name, const QColor& color);

} // namespace carry::ui
