// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "settings/about_dialog.h"

//! The libraries the program is made of besides Qt: versions as compiled, or as loaded where a library says so itself.
std::vector<carry::ui::Component> linkedComponents();
