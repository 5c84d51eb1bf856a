// SPDX-License-Identifier: GPL-3.0-or-later
// A file that grows, and a socket that one sender at a time writes to.
#include "market/feed_source.h"

#include "support/feed_socket.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

using namespace carry;
namespace fs = std::filesystem;

namespace
{

constexpr Duration kNow{0};

void append(const fs::path& file, const std::string& text)
{
    std::ofstream(file, std::ios::binary | std::ios::app) << text;
}

//! What the source has now: all bytes, how often a sender connected, the error's code.
struct Got {
    std::string bytes;
    int connections = 0;
    std::string code;
};

Got drain(FeedSource& source)
{
    Got got;
    for (int quiet = 0; quiet < 3;) {
        const auto came = source.poll(kNow);
        if (!came) {
            got.code = std::string(came.error().codeText()) + " " + std::string(came.error().value("found"));
            return got;
        }
        got.bytes += came->bytes;
        got.connections += came->connected ? 1 : 0;
        quiet = came->bytes.empty() ? quiet + 1 : 0;
    }
    return got;
}

} // namespace

class TestFeedSource : public QObject
{
    Q_OBJECT

  private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void aFileThatGrows();
    void aFileThatComesLater();
    void waitsForBytes();
    void aFileThatIsCut();
    void aFileThatIsReplaced();
    void aFileThatIsWrittenAnew();
    void aFileThatIsRemoved();
    void notAFile();
    void aSender();
    void oneSenderAtATime();
    void aSenderThatComesAgain();
    void aBurst();
    void aSocketThatIsTaken();
    void aSocketLeftBehind();
    void pathsThatAreNoSocket();
    void theSocketIsTheUsersAlone();

  private:
    fs::path path(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }
    std::unique_ptr<FeedSource> listen()
    {
        auto source = listenOnSocket(path("feed.sock"));
        if (!source)
            qFatal("%s", describe(source.error()).c_str());
        return std::move(*source);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestFeedSource::aFileThatGrows()
{
    append(path("feed"), "one\n");
    const auto source = followFile(path("feed"));
    Got got = drain(*source);
    QCOMPARE(got.bytes, std::string("one\n"));
    QCOMPARE(got.connections, 1);
    QCOMPARE(drain(*source).bytes, std::string());
    append(path("feed"), "two\nth");
    append(path("feed"), std::string(1'000'000, 'x'));
    got = drain(*source);
    QCOMPARE(got.bytes.size(), std::size_t{1'000'006});
    QCOMPARE(got.connections, 0);
}

void TestFeedSource::aFileThatComesLater()
{
    const auto source = followFile(path("feed"));
    QCOMPARE(drain(*source).code, std::string());
    append(path("feed"), "one\n");
    QCOMPARE(drain(*source).bytes, std::string("one\n"));
}

void TestFeedSource::waitsForBytes()
{
    for (const bool socket : {false, true}) {
        const auto source = socket ? listen() : followFile(path("none"));
        QElapsedTimer timer;
        timer.start();
        QVERIFY(source->poll(Duration{60})->bytes.empty());
        QVERIFY2(timer.elapsed() >= 55 && timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }
}

void TestFeedSource::aFileThatIsCut()
{
    append(path("feed"), "one\ntwo\n");
    const auto source = followFile(path("feed"));
    drain(*source);
    fs::resize_file(path("feed"), 4);
    QCOMPARE(drain(*source).code, std::string("FEED-008 cut"));
}

void TestFeedSource::aFileThatIsReplaced()
{
    append(path("feed"), "one\n");
    const auto source = followFile(path("feed"));
    drain(*source);
    append(path("other"), "one\ntwo\n");
    fs::rename(path("other"), path("feed"));
    QCOMPARE(drain(*source).code, std::string("FEED-008 replaced"));
}

void TestFeedSource::aFileThatIsWrittenAnew()
{
    append(path("feed"), "one\n");
    const auto source = followFile(path("feed"));
    drain(*source);
    std::ofstream(path("feed"), std::ios::binary | std::ios::in) << "another and longer\n"; // the same file
    QCOMPARE(drain(*source).code, std::string("FEED-008 written anew"));
}

void TestFeedSource::aFileThatIsRemoved()
{
    append(path("feed"), "one\n");
    const auto source = followFile(path("feed"));
    drain(*source);
    fs::remove(path("feed"));
    QCOMPARE(drain(*source).code, std::string("FEED-008 removed"));
}

void TestFeedSource::notAFile()
{
    QCOMPARE(drain(*followFile(m_folder->path().toStdString())).code, std::string("FEED-007 not a file"));
}

void TestFeedSource::aSender()
{
    const auto source = listen();
    QCOMPARE(drain(*source).connections, 0);
    FeedClient sender(path("feed.sock"));
    source->resumeAfter(41);
    sender.send("one\n");
    const Got got = drain(*source);
    QCOMPARE(got.bytes, std::string("one\n"));
    QCOMPARE(got.connections, 1);
    QCOMPARE(sender.hear(), std::string("{\"type\":\"resume\",\"after\":41}\n"));
}

void TestFeedSource::oneSenderAtATime()
{
    const auto source = listen();
    FeedClient first(path("feed.sock"));
    first.send("one\n");
    drain(*source);
    FeedClient second(path("feed.sock"));
    second.send("two\n");
    QCOMPARE(drain(*source).bytes, std::string());
    QVERIFY(second.hear().starts_with("{\"type\":\"refused\""));
    first.send("three\n");
    QCOMPARE(drain(*source).bytes, std::string("three\n"));
}

void TestFeedSource::aSenderThatComesAgain()
{
    const auto source = listen();
    {
        FeedClient first(path("feed.sock"));
        first.send("one\ntw");
        drain(*source);
        first.send("o"); // and goes away: what was sent is not lost
    }
    FeedClient second(path("feed.sock"));
    second.send("three\n");
    const auto last = source->poll(kNow);
    QCOMPARE(std::string(last->bytes), std::string("o"));
    QVERIFY(!last->connected);
    const Got got = drain(*source);
    QCOMPARE(got.bytes, std::string("three\n"));
    QCOMPARE(got.connections, 1);
}

void TestFeedSource::aBurst()
{
    const auto source = listen();
    FeedClient sender(path("feed.sock"));
    std::string sent;
    for (int i = 0; i < 300'000; ++i)
        sent += std::to_string(i) + "\n";
    std::thread writing([&] { sender.send(sent); }); // blocks while nobody reads
    std::string got;
    while (got.size() < sent.size())
        got += source->poll(Duration{1000})->bytes;
    writing.join();
    QVERIFY(got == sent);
}

void TestFeedSource::aSocketThatIsTaken()
{
    const auto source = listen();
    const auto second = listenOnSocket(path("feed.sock"));
    QVERIFY(!second && second.error().code() == ErrorCode::FeedOpen);
    drain(*source); // the question was no sender
    FeedClient sender(path("feed.sock"));
    sender.send("one\n");
    QCOMPARE(drain(*source).bytes, std::string("one\n"));
}

void TestFeedSource::aSocketLeftBehind()
{
    {
        const int dead = bindFeedSocket(path("feed.sock"));
        ::close(dead); // as by a kill: the file stays
    }
    QVERIFY(fs::exists(path("feed.sock")));
    {
        const auto source = listen();
        FeedClient sender(path("feed.sock"));
        sender.send("one\n");
        QCOMPARE(drain(*source).bytes, std::string("one\n"));
    }
    QVERIFY(!fs::exists(path("feed.sock")));
}

void TestFeedSource::pathsThatAreNoSocket()
{
    append(path("file"), "x");
    for (const fs::path& one : {path("file"), path("no/such/folder"), path(std::string(200, 'x')), fs::path()}) {
        const auto refused = listenOnSocket(one);
        QVERIFY(!refused && refused.error().code() == ErrorCode::FeedOpen);
    }
    QVERIFY(fs::exists(path("file")));
}

void TestFeedSource::theSocketIsTheUsersAlone()
{
    const auto source = listen();
    struct stat found {
    };
    QCOMPARE(::stat(path("feed.sock").c_str(), &found), 0);
    QCOMPARE(found.st_mode & 0777U, 0600U);
}

QTEST_APPLESS_MAIN(TestFeedSource)
#include "tst_feed_source.moc"
