// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzzy_match.h"

#include <QStringList>

namespace carry::ui
{
namespace
{

constexpr int kWhole = 60;       // the word occurs as it was typed
constexpr int kWordStart = 30;   // at the beginning of a word
constexpr int kTextStart = 20;   // of the text
constexpr int kExact = 40;       // all of it is what was typed
constexpr int kRowBonus = 6;     // a letter right after the last one
constexpr int kInitialBonus = 8; // a letter that begins a word

bool startsWord(const QString& text, qsizetype at)
{
    return at == 0 || (!text[at - 1].isLetterOrNumber() && text[at].isLetterOrNumber());
}

int wholeScore(const QString& text, qsizetype at)
{
    return kWhole + (startsWord(text, at) ? kWordStart : 0) + (at == 0 ? kTextStart : 0);
}

//! The best place where the word occurs as a whole.
std::optional<int> wholeWord(const QString& word, const QString& text)
{
    std::optional<int> best;
    for (qsizetype at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
        best = std::max(best.value_or(0), wholeScore(text, at));
    return best;
}

//! Its letters in their order with others between them. A letter that begins a word is preferred, so that "nd" is
//! "Next decision".
std::optional<int> scattered(const QString& word, const QString& text)
{
    int score = 0;
    bool initials = true;
    qsizetype last = -1;
    for (const QChar letter : word) {
        qsizetype at = text.indexOf(letter, last + 1);
        if (at < 0)
            return std::nullopt;
        if (at != last + 1)
            for (qsizetype next = at; next >= 0; next = text.indexOf(letter, next + 1))
                if (startsWord(text, next)) {
                    at = next;
                    break;
                }
        if (startsWord(text, at))
            score += kInitialBonus;
        else if (at == last + 1)
            score += kRowBonus;
        else if (word.size() > 4 && score == 0)
            return std::nullopt; // long words that begin anywhere match too much
        initials = initials && startsWord(text, at);
        last = at;
    }
    return initials && word.size() > 1 ? score + kWhole : score;
}

} // namespace

std::optional<int> fuzzyScore(const QString& typed, const QString& text)
{
    const QString folded = text.toCaseFolded();
    int score = 0;
    for (const QString& word : typed.toCaseFolded().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const auto whole = wholeWord(word, folded);
        const auto letters = scattered(word, folded);
        if (!whole && !letters)
            return std::nullopt;
        score += std::max(whole.value_or(0), letters.value_or(0));
    }
    return folded == typed.toCaseFolded().simplified() ? score + kExact : score;
}

} // namespace carry::ui
