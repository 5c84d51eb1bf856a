// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "common/run_session.h"

#include <QString>

namespace carry::ui
{

//! What the inspector says of a selection at the cursor, as HTML with links such as "plan:3".
QString inspectorText(const RunView& view, const Selection& selection);
//! What a link of that text leads to; None for any other.
Selection selectionOf(const QString& link);

} // namespace carry::ui
