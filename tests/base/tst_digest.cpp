// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/digest.h"
#include "shown.h"

#include <rapidcheck.h>

#include <QtTest>

using namespace carry;

namespace
{

std::string hashOf(const std::string& message)
{
    Sha256 sha;
    sha.bytes(message.data(), message.size());
    return sha.hex();
}

} // namespace

class TestDigest : public QObject
{
    Q_OBJECT

  private slots:
    void knownMessages_data();
    void knownMessages();
    void piecesMakeTheWhole();
    void numbersAreLittleEndian();
    void textCarriesItsLength();
    void doublesAreTheirBits();
};

//! The examples that NIST publishes for FIPS 180.
void TestDigest::knownMessages_data()
{
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("expected");
    QTest::newRow("empty") << ""
                           << "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    QTest::newRow("one block") << "abc"
                               << "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    QTest::newRow("two blocks") << "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
                                << "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
    QTest::newRow("896 bits") << "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                                 "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
                              << "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1";
    QTest::newRow("a million a") << QString(1'000'000, 'a')
                                 << "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
}

void TestDigest::knownMessages()
{
    QFETCH(QString, message);
    QFETCH(QString, expected);
    QCOMPARE(shown(hashOf(message.toStdString())), expected);
}

void TestDigest::piecesMakeTheWhole()
{
    QVERIFY(rc::check("the digest does not depend on how the stream is cut", [] {
        const auto a = *rc::gen::arbitrary<std::string>();
        const auto b = *rc::gen::arbitrary<std::string>();
        Sha256 pieces;
        pieces.bytes(a.data(), a.size());
        pieces.bytes(b.data(), b.size());
        RC_ASSERT(pieces.hex() == hashOf(a + b));
    }));
}

void TestDigest::numbersAreLittleEndian()
{
    Sha256 sha;
    sha.u64(0x0102030405060708);
    QCOMPARE(shown(sha.hex()), shown(hashOf("\x08\x07\x06\x05\x04\x03\x02\x01")));
}

void TestDigest::textCarriesItsLength()
{
    Sha256 sha;
    sha.text("abc");
    QCOMPARE(shown(sha.hex()), shown(hashOf(std::string("\3\0\0\0\0\0\0\0abc", 11))));
    Sha256 one;
    one.text("ab");
    one.text("c");
    Sha256 other;
    other.text("a");
    other.text("bc");
    QVERIFY(one.hex() != other.hex());
}

void TestDigest::doublesAreTheirBits()
{
    const std::array values{1.0, -0.0};
    Sha256 sha;
    sha.doubles(values);
    Sha256 bits;
    bits.u64(0x3ff0'0000'0000'0000);
    bits.u64(0x8000'0000'0000'0000);
    QCOMPARE(shown(sha.hex()), shown(bits.hex()));
}

QTEST_APPLESS_MAIN(TestDigest)
#include "tst_digest.moc"
