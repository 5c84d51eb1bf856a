// SPDX-License-Identifier: GPL-3.0-or-later
#include "span_raster.h"

#include <algorithm>
#include <cmath>

namespace carry::ui
{
namespace
{

//! Each of the four channels times factor / 256.
QRgb scaled(QRgb color, unsigned factor)
{
    const unsigned redBlue = ((color & 0xff00ffU) * factor >> 8) & 0xff00ffU;
    const unsigned alphaGreen = (color >> 8 & 0xff00ffU) * factor & 0xff00ff00U;
    return redBlue | alphaGreen;
}

void blend(QRgb& pixel, QRgb color)
{
    const unsigned alpha = color >> 24;
    pixel = alpha == 255 ? color : color + scaled(pixel, 256 - alpha - (alpha >> 7));
}

void blendPart(QRgb& pixel, QRgb color, double coverage)
{
    blend(pixel, scaled(color, static_cast<unsigned>(coverage * 256.0)));
}

} // namespace

void SpanRaster::clear(int from, int to)
{
    from = std::clamp(from, 0, m_width);
    to = std::clamp(to, from, m_width);
    for (int y = 0; y < m_height; ++y) {
        QRgb* line = m_bits + y * m_stride;
        std::fill(line + from, line + to, 0);
    }
}

void SpanRaster::span(int x, double top, double bottom, QRgb premultiplied)
{
    top = std::clamp(top, 0.0, static_cast<double>(m_height));
    bottom = std::clamp(bottom, 0.0, static_cast<double>(m_height));
    if (!(top < bottom) || x < 0 || x >= m_width)
        return;
    const int first = static_cast<int>(top);
    const int last = std::min(static_cast<int>(bottom), m_height - 1);
    QRgb* pixel = m_bits + first * m_stride + x;
    if (first == last) {
        blendPart(*pixel, premultiplied, bottom - top);
        return;
    }
    blendPart(*pixel, premultiplied, first + 1 - top);
    for (int y = first + 1; y < last; ++y)
        blend(*(pixel += m_stride), premultiplied);
    blendPart(*(pixel + m_stride), premultiplied, bottom - last);
}

} // namespace carry::ui
