// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace carry::cli
{

//! From now on Ctrl+C, SIGTERM and a closed terminal end long work in order instead of ending the program.
void catchInterruption();
//! Whether somebody asked for the end.
bool isInterrupted();

} // namespace carry::cli
