// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QColor>
#include <QImage>

namespace carry::ui
{

//! Draws graphs into an image as one vertical span for each pixel column, with soft ends. A graph of a thousand pixels
//! takes some tens of microseconds and looks smooth, where an antialiased polyline takes milliseconds.
class SpanRaster
{
  public:
    //! `image` is ARGB32 premultiplied.
    explicit SpanRaster(QImage& image)
        : m_bits(reinterpret_cast<QRgb*>(image.bits())), m_stride(image.bytesPerLine() / 4), m_width(image.width()),
          m_height(image.height())
    {
    }

    //! Makes columns [from, to) transparent.
    void clear(int from, int to);
    //! From y `top` to y `bottom`, in pixels; parts of a pixel are covered in part.
    void span(int x, double top, double bottom, QRgb premultiplied);

  private:
    QRgb* m_bits;
    qsizetype m_stride;
    int m_width, m_height;
};

} // namespace carry::ui
