// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QCache>
#include <QStaticText>
#include <QStyledItemDelegate>

namespace carry::ui
{

//! Paints a cell of a dense table: background, icon, one line of text. The style's own way lays every text out anew and
//! takes several times as long, which tables that change with every frame cannot afford; here laid out texts are kept.
class CellDelegate : public QStyledItemDelegate
{
    Q_OBJECT
  public:
    explicit CellDelegate(QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

  protected:
    //! Of a cell that is not selected; without a brush the row's own.
    virtual QBrush background(const QModelIndex& index) const;
    void paintBackground(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const;

  private:
    void paintText(QPainter* painter, const QRect& rect, const QFont& font, Qt::Alignment alignment,
                   const QString& text) const;
    const QStaticText& laidOut(const QString& text, const QFont& font, int width) const;
    mutable QCache<QString, QStaticText> m_texts;
};

} // namespace carry::ui
