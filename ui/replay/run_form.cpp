// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_form.h"

#include "common/commands.h"
#include "common/notices.h"
#include "common/number_format.h"
#include "common/theme.h"
#include "run_controller.h"
#include "run_draft.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStyle>
#include <QStylePainter>
#include <QToolButton>

namespace carry::ui
{
namespace
{

const QString kOpenFolder = QStringLiteral("\x01folder");

QLineEdit* field(const QString& name, const QString& sample, QWidget* parent)
{
    auto* edit = new QLineEdit(parent);
    edit->setAccessibleName(name);
    edit->setFont(Theme::instance().numbers());
    edit->setFixedWidth(QFontMetrics(edit->font()).horizontalAdvance(sample) + 22);
    return edit;
}

QLabel* labelOf(const QString& text, QWidget* buddy, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", "muted");
    label->setBuddy(buddy);
    return label;
}

//! Its text is shortened in the middle where there is too little room: names differ at their ends.
class PresetBox final : public QComboBox
{
  public:
    using QComboBox::QComboBox;

  protected:
    void paintEvent(QPaintEvent*) override
    {
        QStylePainter painter(this);
        QStyleOptionComboBox option;
        initStyleOption(&option);
        painter.drawComplexControl(QStyle::CC_ComboBox, option);
        const int room =
            style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this).width() - 2;
        option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideMiddle, room);
        painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    }
};

} // namespace

QComboBox* RunForm::makePresetBox(QWidget* parent)
{
    auto* box = new PresetBox(parent);
    box->setAccessibleName(tr("Preset"));
    box->view()->setTextElideMode(Qt::ElideNone);
    return box;
}

//! Whole names where the window has room for them, else as much as the workspaces beside it can spare.
void RunForm::fitPresetBox()
{
    qsizetype longest = 12;
    int width = 0;
    for (int i = 0; i < m_preset->count(); ++i) {
        longest = std::max(longest, m_preset->itemText(i).size());
        width = std::max(width, fontMetrics().horizontalAdvance(m_preset->itemText(i)));
    }
    constexpr int kFrameAndArrow = 40;
    m_preset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_preset->setMinimumContentsLength(static_cast<int>(longest));
    m_preset->setMinimumWidth(fontMetrics().averageCharWidth() * 14 + kFrameAndArrow);
    m_preset->setMaximumWidth(width + kFrameAndArrow);
}

RunForm::RunForm(RunDraft& draft, QWidget* parent) : QWidget(parent), m_draft(draft)
{
    m_preset = makePresetBox(this);
    m_parameters = new QToolButton(this);
    m_parameters->setObjectName(QStringLiteral("parametersButton"));
    m_parameters->setIcon(Theme::instance().icon(QStringLiteral("sliders")));
    m_parameters->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_parameters->setFocusPolicy(Qt::TabFocus);
    m_parameters->setFixedWidth(m_parameters->sizeHint().width() +
                                fontMetrics().horizontalAdvance(QStringLiteral(" 99")));
    m_data = new QComboBox(this);
    m_data->setAccessibleName(tr("Data"));
    m_data->addItem(tr("Demo (synthetic)"), QStringLiteral("demo"));
    m_data->addItem(tr("Open folder…"), kOpenFolder);
    m_from = field(tr("First label, UTC"), QStringLiteral("2024-06-01 00:00"), this);
    m_to = field(tr("Last label, UTC"), QStringLiteral("2024-06-01 00:00"), this);
    m_capital = field(tr("Capital in share class"), QStringLiteral("10,000,000"), this);
    m_capital->setAlignment(Qt::AlignRight);
    for (QLineEdit* edit : {m_from, m_to}) {
        edit->setPlaceholderText(tr("all"));
        edit->setToolTip(tr("UTC, such as 2024-06-01 or 2024-06-01 13:00; empty: as far as the data go"));
    }
    m_run = new QPushButton(tr("Run"), this);
    m_run->setProperty("primary", true);
    m_run->setAccessibleName(tr("Run"));

    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(5);
    const auto add = [&](const QString& name, QWidget* widget) {
        layout->addWidget(labelOf(name, widget, this));
        layout->addWidget(widget);
        layout->addSpacing(3);
    };
    add(tr("&Preset"), m_preset);
    layout->addWidget(m_parameters);
    layout->addSpacing(3);
    add(tr("&Data"), m_data);
    add(tr("Fro&m"), m_from);
    add(tr("&to"), m_to);
    add(tr("&Capital"), m_capital);
    layout->addWidget(m_run);

    connect(m_preset, &QComboBox::currentIndexChanged, this, &RunForm::choosePreset);
    connect(m_parameters, &QToolButton::clicked, this, &RunForm::parametersRequested);
    connect(&m_draft, &RunDraft::presetsChanged, this, &RunForm::listPresets);
    connect(&m_draft, &RunDraft::chosen, this, &RunForm::showDraft);
    connect(&m_draft.parameters(), &ParameterModel::edited, this, &RunForm::showDraft);
    connect(m_capital, &QLineEdit::editingFinished, this, &RunForm::takeCapital);
    connect(m_data, &QComboBox::activated, this, &RunForm::chooseData);
    connect(m_data, &QComboBox::activated, this, &RunForm::edited);
    connect(m_run, &QPushButton::clicked, this, [this] { m_running ? emit cancelRequested() : emit runRequested(); });
    for (QLineEdit* edit : {m_from, m_to, m_capital}) {
        connect(edit, &QLineEdit::returnPressed, this, [this] {
            if (!m_running)
                emit runRequested();
        });
        connect(edit, &QLineEdit::textEdited, this, [this, edit] { mark(edit, {}); });
        connect(edit, &QLineEdit::textEdited, this, &RunForm::edited);
    }
    setRunning(false);
    listPresets();
    showDraft();
}

void RunForm::listPresets()
{
    const QSignalBlocker quiet(m_preset);
    m_preset->clear();
    bool own = false;
    for (const RunDraft::Preset& preset : m_draft.presets()) {
        if (preset.own() && !std::exchange(own, true))
            m_preset->insertSeparator(m_preset->count());
        m_preset->addItem(preset.name);
        const int at = m_preset->count() - 1;
        m_preset->setItemData(at, preset.broken.isEmpty() ? preset.summary : preset.broken, Qt::ToolTipRole);
        if (!preset.broken.isEmpty())
            m_preset->setItemIcon(at, Theme::instance().icon(QStringLiteral("warning")));
    }
    m_preset->setCurrentIndex(m_preset->findText(m_draft.preset().name));
    fitPresetBox();
}

void RunForm::choosePreset(int index)
{
    const QString name = m_preset->itemText(index);
    if (name == m_draft.preset().name || m_draft.choose(name))
        return;
    const auto broken = std::ranges::find(m_draft.presets(), name, &RunDraft::Preset::name);
    showDraft(); // back to the one before
    if (broken != m_draft.presets().end())
        emit presetBroken(broken->broken);
}

void RunForm::showDraft()
{
    if (const int index = m_preset->findText(m_draft.preset().name); index >= 0) {
        const QSignalBlocker quiet(m_preset);
        m_preset->setCurrentIndex(index);
        m_preset->setToolTip(m_draft.preset().name + QLatin1Char('\n') + m_draft.preset().summary);
    }
    const ParameterModel& parameters = m_draft.parameters();
    const int changed = parameters.changedCount();
    m_parameters->setText(changed > 0 ? QLocale().toString(changed) : QString());
    m_parameters->setAccessibleName(changed > 0 ? tr("Parameters, %n changed", nullptr, changed) : tr("Parameters"));
    m_parameters->setToolTip(withKeys(m_parameters->accessibleName(), m_parameterKeys));
    const QModelIndex capital = parameters.find(QStringLiteral("capital"));
    const QString error = capital.data(ParameterModel::ErrorRole).toString();
    const QString text = capital.data(Qt::EditRole).toString();
    m_capital->setText(error.isEmpty() ? QLocale().toString(text.toDouble(), 'f', QLocale::FloatingPointShortest)
                                       : text);
    m_capital->setToolTip(tr("Capital in the wallet before any cost, in %1")
                              .arg(parameters.find(QStringLiteral("share_class")).data(Qt::EditRole).toString()));
    mark(m_capital, error);
}

void RunForm::takeCapital()
{
    bool isNumber = false;
    const double capital = QLocale().toDouble(m_capital->text().trimmed(), &isNumber);
    m_draft.parameters().setText(QStringLiteral("capital"),
                                 isNumber ? QString::number(capital, 'g', QLocale::FloatingPointShortest)
                                          : m_capital->text().trimmed());
}

void RunForm::setParameterKeys(const QKeySequence& keys)
{
    m_parameterKeys = keys;
    showDraft();
}

QString RunForm::preset() const
{
    return m_draft.preset().name;
}

QString RunForm::data() const
{
    return m_data->currentData().toString();
}

void RunForm::setPreset(const QString& name)
{
    m_draft.choose(name);
}

void RunForm::setData(const QString& source)
{
    int index = m_data->findData(source);
    if (index < 0) {
        index = m_data->count() - 1; // before "Open folder…"
        m_data->insertItem(index, QFileInfo(source).fileName(), source);
        m_data->setItemData(index, source, Qt::ToolTipRole);
    }
    m_data->setCurrentIndex(index);
}

void RunForm::setSpan(std::optional<Time> from, std::optional<Time> to)
{
    m_from->setPlaceholderText(from ? dateTime(*from) : tr("all"));
    m_to->setPlaceholderText(to ? dateTime(*to) : tr("all"));
}

void RunForm::setRunning(bool running)
{
    m_running = running;
    m_run->setText(running ? tr("Cancel") : tr("Run"));
    m_run->setAccessibleName(m_run->text());
    m_run->setToolTip(running ? tr("End the run; what is computed is kept")
                              : withKeys(tr("Run this strategy on these data"), m_runKeys));
}

void RunForm::setRunKeys(const QKeySequence& keys)
{
    m_runKeys = keys;
    setRunning(m_running);
}

void RunForm::chooseData(int index)
{
    const QString source = m_data->itemData(index).toString();
    if (source == kOpenFolder) {
        m_data->setCurrentIndex(0);
        emit folderRequested();
    } else {
        emit dataChosen(source);
    }
}

void RunForm::mark(QLineEdit* edit, const QString& reason)
{
    edit->setProperty("invalid", !reason.isEmpty());
    edit->style()->polish(edit);
    edit->setAccessibleDescription(reason);
    if (!reason.isEmpty()) {
        edit->setToolTip(reason);
        tellAt(*edit, reason);
    }
}

std::optional<Time> RunForm::readTime(QLineEdit* edit, bool endOfDay, bool& valid)
{
    QString text = edit->text().trimmed();
    if (text.isEmpty())
        return std::nullopt;
    text.replace(QLatin1Char(' '), QLatin1Char('T'));
    if (text.size() == 10)
        text += endOfDay ? QStringLiteral("T23:00") : QStringLiteral("T00:00");
    if (text.count(QLatin1Char(':')) == 1)
        text += QStringLiteral(":00");
    if (!text.endsWith(QLatin1Char('Z')))
        text += QLatin1Char('Z');
    const auto time = parseIsoTime(text.toStdString());
    if (!time) {
        valid = false;
        edit->setFocus();
        mark(edit, tr("This is no UTC time. Type for example 2024-06-01 or 2024-06-01 13:00"));
    }
    return time;
}

std::optional<RunRequest> RunForm::request()
{
    bool valid = true;
    RunPeriod period;
    period.from = readTime(m_from, false, valid);
    period.to = readTime(m_to, true, valid);
    if (valid && period.from && period.to && *period.to < *period.from) {
        m_to->setFocus(); // first: the words go when the keyboard comes
        mark(m_to, tr("The end lies before the start"));
        valid = false;
    }
    takeCapital();
    auto configuration = m_draft.configuration();
    if (!configuration) {
        if (m_draft.parameters().firstInvalid().data(ParameterModel::KeyRole).toString() == QLatin1String("capital"))
            m_capital->setFocus(Qt::OtherFocusReason);
        else
            emit parametersRequested();
        return std::nullopt;
    }
    if (!valid)
        return std::nullopt;
    return RunRequest{std::move(*configuration), data(), period, {}};
}

} // namespace carry::ui
