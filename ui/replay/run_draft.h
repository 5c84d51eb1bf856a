// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "desk/run_configuration.h"
#include "parameter_model.h"

#include <QMap>
#include <QObject>
#include <optional>
#include <vector>

namespace carry::ui
{

//! What the next run is to be: a preset, of the program or one's own, and what was changed in it. Changes stay with
//! their preset while another one is looked at.
class RunDraft final : public QObject
{
    Q_OBJECT
  public:
    struct Preset {
        QString name, summary;
        QString file;   //!< of one's own; empty for those of the program
        QString broken; //!< why it cannot be used; empty if it can
        bool own() const { return !file.isEmpty(); }
    };

    //! `folder`: where own presets are kept; empty: nowhere, then there are none.
    explicit RunDraft(QString folder = {}, QObject* parent = nullptr);

    //! Those of the program, then one's own.
    const std::vector<Preset>& presets() const { return m_presets; }
    //! The chosen one.
    const Preset& preset() const { return m_preset; }
    bool canSave() const { return !m_folder.isEmpty(); }
    //! False where there is none of that name that can be used; then nothing changes.
    bool choose(const QString& name);
    ParameterModel& parameters() { return m_parameters; }
    const ParameterModel& parameters() const { return m_parameters; }
    //! Nothing while a value cannot be.
    std::optional<RunConfiguration> configuration() const { return m_parameters.configuration(); }

    //! Why an own preset cannot be called that; empty if it can.
    static QString nameProblem(const QString& name);
    bool exists(const QString& ownName) const;
    //! Keeps the draft as an own preset, which is chosen then. EngineOutput; ConfRange and the like while a value
    //! cannot be.
    Result<void> saveAs(const QString& name, const QString& summary);
    //! Deletes the chosen own preset; returns the text of its file, to be put back by restore(). EngineOutput.
    Result<QByteArray> removeChosen();
    Result<void> restore(const QString& name, const QByteArray& text);

  signals:
    void presetsChanged();
    void chosen();

  private:
    void list();
    QString fileOf(const QString& name) const;

    QString m_folder;
    std::vector<Preset> m_presets;
    Preset m_preset;
    ParameterModel m_parameters;
    QMap<QString, std::vector<std::string>> m_changes; //!< by preset, of those that are not chosen
};

} // namespace carry::ui
