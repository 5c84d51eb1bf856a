// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "execution/instruction.h"

#include <string>

namespace carry
{

//! Everything of an instruction that decides what happens outside, as one line: id, type, and every field of its body
//! with exact decimals. What only explains it (purpose, reference price, expected cost) is not part of it.
std::string canonicalText(const Instruction& instruction);
//! The instructions of a plan in the order and grouping in which they would be sent, one a line.
std::string canonicalText(const Plan& plan);
//! SHA-256 over exactly the bytes of canonicalText(plan), lower-case hexadecimal: what a person approves.
std::string approvalHash(const Plan& plan);

} // namespace carry
