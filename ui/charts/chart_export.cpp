// SPDX-License-Identifier: GPL-3.0-or-later
#include "chart_input.h"
#include "chart_stack.h"
#include "common/number_format.h"

#include <QClipboard>
#include <QFileDialog>
#include <QPdfWriter>
#include <QSaveFile>

namespace carry::ui
{
namespace
{

constexpr int kHeader = 26; // logical pixels, above the panes
constexpr int kPaperDpi = 96;

void paintHeader(QPainter& painter, const QString& title, int width, const Colors& colors)
{
    painter.fillRect(0, 0, width, kHeader, colors.panel);
    QFont font = QApplication::font();
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(colors.text);
    painter.drawText(QRect(8, 0, width - 16, kHeader), Qt::AlignLeft | Qt::AlignVCenter, title);
}

bool fail(QString* error, const QString& text)
{
    if (error != nullptr)
        *error = text;
    return false;
}

QByteArray field(QString text)
{
    if (text.contains(QLatin1Char(',')) || text.contains(QLatin1Char('"')))
        text = QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
    return text.toUtf8();
}

QString unitText(const PaneSpec& spec)
{
    if (spec.unit == ChartUnit::Ratio)
        return QStringLiteral("ratio");
    return spec.unit == ChartUnit::Money || spec.unit == ChartUnit::Coins ? spec.unitName : QStringLiteral("fraction");
}

} // namespace

QString ChartStack::exportTitle() const
{
    if (m_session.record() == nullptr)
        return {};
    const RunInfo& info = m_session.record()->info();
    const Time from = std::max(visibleFrom(), info.from);
    const Time to = std::min(visibleTo(), info.to);
    return QStringLiteral("%1 · %2 · %3 – %4 UTC · %5")
        .arg(QString::fromStdString(info.preset.empty() ? info.strategy : info.preset),
             QString::fromStdString(info.dataName), dateTime(from), dateTime(to),
             QString::fromStdString(info.runId.substr(0, 12)));
}

template <class Draw> auto ChartStack::withAllPanes(const Draw& draw)
{
    const bool scrolls = m_view->lastScroll() > 0;
    const QRect place = m_view->geometry();
    const auto lay = [&](bool whole) {
        if (!scrolls)
            return redrawNow();
        m_view->setWhole(whole);
        m_view->setGeometry(whole ? QRect(place.topLeft(), QSize(place.width(), m_view->wholeHeight())) : place);
        m_dirty |= kPanes;
        redrawNow();
    };
    lay(true);
    auto result = draw();
    if (scrolls)
        lay(false);
    return result;
}

QImage ChartStack::picture()
{
    return withAllPanes([this] {
        m_overlay->setMouse(std::nullopt);
        const QPixmap panes = m_view->grab();
        const double ratio = panes.devicePixelRatio();
        QImage image(QSize(m_view->width(), m_view->height() + kHeader) * ratio, QImage::Format_RGB32);
        image.setDevicePixelRatio(ratio);
        QPainter painter(&image);
        paintHeader(painter, exportTitle(), m_view->width(), m_model->palette());
        painter.drawPixmap(0, kHeader, panes);
        return image;
    });
}

bool ChartStack::exportImage(const QString& file, QString* error)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || !picture().save(&out, "PNG") || !out.commit())
        return fail(error, tr("Cannot write %1: %2").arg(file, out.errorString()));
    return true;
}

void ChartStack::copyImage()
{
    QGuiApplication::clipboard()->setImage(picture());
    emit notice(tr("Image of the charts copied"), false);
}

void ChartStack::paintOnPaper(QPagedPaintDevice& paper)
{
    const QSizeF points = QSizeF(m_view->width(), m_view->height() + kHeader) * 72.0 / kPaperDpi;
    paper.setPageSize(QPageSize(points, QPageSize::Point, QString(), QPageSize::ExactMatch));
    paper.setPageMargins({});
    QCPPainter painter(&paper);
    painter.setMode(QCPPainter::pmVectorized);
    paintHeader(painter, exportTitle(), m_view->width(), m_model->palette());
    painter.translate(0, kHeader);
    m_view->paintVector(painter);
    m_overlay->paintOn(painter);
}

bool ChartStack::exportPdf(const QString& file, QString* error)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly))
        return fail(error, tr("Cannot write %1: %2").arg(file, out.errorString()));
    m_overlay->setMouse(std::nullopt);
    // On paper the light colours, whatever the window has.
    m_model->setPalette(Theme::paper());
    withAllPanes([&] {
        m_view->applyPalette();
        QPdfWriter writer(&out);
        writer.setResolution(kPaperDpi);
        writer.setTitle(exportTitle());
        paintOnPaper(writer);
        return true;
    });
    m_model->setPalette(colors());
    m_view->applyPalette();
    m_dirty |= kAxes;
    redrawNow();
    return out.commit() || fail(error, tr("Cannot write %1: %2").arg(file, out.errorString()));
}

bool ChartStack::exportCsv(const QString& file, QString* error)
{
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly))
        return fail(error, tr("Cannot write %1: %2").arg(file, out.errorString()));
    withAllPanes([&] {
        writeCsv(out);
        return true;
    });
    return out.commit() || fail(error, tr("Cannot write %1: %2").arg(file, out.errorString()));
}

void ChartStack::writeCsv(QIODevice& out)
{
    std::vector<std::pair<const ChartPane*, std::size_t>> series;
    QByteArray text = "time";
    for (std::size_t row = 0; row < m_view->rows(); ++row) {
        const ChartPane& pane = m_model->pane(m_view->paneOf(row));
        for (std::size_t i = 0; i < pane.spec().series.size(); ++i) {
            if (!pane.listed(i) || !pane.shown(i))
                continue;
            series.emplace_back(&pane, i);
            text += ',' + field(QStringLiteral("%1: %2 [%3]")
                                    .arg(pane.spec().title, pane.spec().series[i].name, unitText(pane.spec())));
        }
    }
    text += '\n';
    const auto [first, last] = drawnSteps();
    for (std::size_t step = first; step < last; ++step) {
        text += QByteArray::fromStdString(formatIso(m_session.record()->time(step)));
        for (const auto& [pane, i] : series)
            text += ',' + plain(pane->value(*m_session.record(), i, step)).toUtf8();
        text += '\n';
        if (text.size() > 1 << 20) {
            out.write(text);
            text.clear();
        }
    }
    out.write(text);
}

void ChartStack::askAndExport(const QString& filter, const QString& suffix,
                              bool (ChartStack::*write)(const QString&, QString*))
{
    if (m_session.empty())
        return;
    QFileDialog dialog(this, tr("Export the charts"));
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setNameFilter(filter);
    dialog.setDefaultSuffix(suffix);
    dialog.selectFile(QStringLiteral("charts-%1.%2")
                          .arg(QString::fromStdString(m_session.record()->info().runId.substr(0, 8)), suffix));
    if (dialog.exec() != QDialog::Accepted)
        return;
    const QString file = dialog.selectedFiles().value(0);
    QString error;
    const bool written = (this->*write)(file, &error);
    emit notice(written ? tr("Written: %1").arg(file) : error, !written);
}

} // namespace carry::ui
