// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_draft.h"

#include "common/words.h"
#include "desk/own_presets.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

namespace carry::ui
{
namespace
{

Error cannotWrite(const QString& file, const QString& found)
{
    return Error(ErrorCode::EngineOutput).with("file", file.toStdString()).with("found", found.toStdString());
}

} // namespace

RunDraft::RunDraft(QString folder, QObject* parent) : QObject(parent), m_folder(std::move(folder))
{
    list();
    choose(QStringLiteral("btc-basis"));
}

void RunDraft::list()
{
    m_presets.clear();
    for (const PresetInfo& preset : listPresets())
        m_presets.push_back({QString::fromStdString(preset.name), QString::fromStdString(preset.summary), {}, {}});
    if (m_folder.isEmpty())
        return;
    for (const OwnPreset& own : listOwnPresets(m_folder.toStdString()))
        m_presets.push_back({QString::fromStdString(own.info.name), QString::fromStdString(own.info.summary),
                             QString::fromStdString(own.file.string()),
                             own.broken ? Words::error(*own.broken) : QString()});
}

bool RunDraft::choose(const QString& name)
{
    const auto found = std::ranges::find(m_presets, name, &Preset::name);
    if (found == m_presets.end())
        return false;
    const auto configuration = RunConfiguration::load((found->own() ? found->file : name).toStdString());
    if (!configuration)
        return false;
    if (!m_preset.name.isEmpty())
        m_changes[m_preset.name] = m_parameters.changes();
    m_preset = *found;
    m_parameters.begin(*configuration);
    m_parameters.applyChanges(m_changes.take(name));
    emit chosen();
    return true;
}

QString RunDraft::nameProblem(const QString& name)
{
    return QString::fromStdString(presetNameProblem(name.toStdString()));
}

QString RunDraft::fileOf(const QString& name) const
{
    return QDir(m_folder).filePath(name + QStringLiteral(".toml"));
}

bool RunDraft::exists(const QString& ownName) const
{
    return QFile::exists(fileOf(ownName));
}

Result<void> RunDraft::saveAs(const QString& name, const QString& summary)
{
    const auto draft = configuration();
    if (!draft)
        return fail(cannotWrite(fileOf(name), m_parameters.firstInvalid().data(ParameterModel::ErrorRole).toString()));
    if (auto saved = savePreset(fileOf(name).toStdString(), *draft, summary.toStdString()); !saved)
        return saved;
    list();
    emit presetsChanged();
    // What was changed is in the new one; the old one is as it was.
    m_preset.name.clear();
    m_changes.remove(name);
    choose(name);
    return {};
}

Result<QByteArray> RunDraft::removeChosen()
{
    QFile file(m_preset.file);
    QByteArray text;
    if (file.open(QIODevice::ReadOnly))
        text = file.readAll();
    file.close();
    if (!m_preset.own() || !file.remove())
        return fail(cannotWrite(m_preset.file, file.errorString()));
    m_preset.name.clear();
    list();
    emit presetsChanged();
    choose(m_presets.front().name);
    return text;
}

Result<void> RunDraft::restore(const QString& name, const QByteArray& text)
{
    QSaveFile file(fileOf(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit())
        return fail(cannotWrite(file.fileName(), file.errorString()));
    list();
    emit presetsChanged();
    choose(name);
    return {};
}

} // namespace carry::ui
