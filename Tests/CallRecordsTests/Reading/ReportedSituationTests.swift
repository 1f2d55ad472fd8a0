import CallRecords
import DialerEngine
import ExactJSON
import Foundation
import Statistics
import Testing

/// What people report of files of call records, each with its right value.
@Suite(.timeLimit(.minutes(15)))
struct ReportedSituationTests {
    /// 500 attempts of 125 contacts in ten days, every second one answered by one of two agents.
    static let calls: String = {
        var text = "dialedAt,outcome,ringSeconds,waitSeconds,talkSeconds,wrapSeconds,agent,contact\n"
        for day in 0..<10 {
            for call in 0..<50 {
                let (hour, minute) = (9 + call / 10, call % 10 * 6)
                let time =
                    "2026-03-\(day + 10) \(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute):0\(call % 7)"
                let contact = "c\((day * 50 + call) % 125)"
                text +=
                    call % 2 == 0
                    ? "\(time),answered,\(8 + call % 9),\(call % 3),\(60 + call),\(20 + call % 5),agent\(call % 4),\(contact)\n"
                    : "\(time),\(["busy", "no-answer", "voicemail"][call % 3]),\(5 + call % 20),,,,,\(contact)\n"
            }
        }
        return text
    }()

    private func isSame(_ left: CallSummary, _ right: CallSummary) -> Bool {
        left.outcomes == right.outcomes && left.hours == right.hours && left.times == right.times
            && left.patience == right.patience && left.agents == right.agents && left.contacts == right.contacts
            && left.days == right.days && left.span == right.span
    }

    @Test
    func aFileReadTwiceSaysWhatItSaysOnce() throws {
        let once = try RecordFiles.read(Self.calls)
        let twice = try RecordFiles.read(Self.calls, Self.calls)
        #expect(isSame(once, twice))
        #expect(once.attempts == 500 && once.rows.used == 500)
        #expect(twice.rows.read == 1000 && twice.rows.used == 500 && twice.rows.skipped == [.duplicate: 500])
        #expect(!twice.codes.contains("files.overlap"))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func rowsAndFilesInAnyOrderSayTheSame(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let lines = Self.calls.split(separator: "\n")
        // An export with the newest call first is usual.
        let rows = seed == 1 ? Array(lines.dropFirst().reversed()) : lines.dropFirst().shuffled(using: &random)
        let cut = Int(random.next() % 500)
        let files = [rows[..<cut], rows[cut...]].map { ([lines[0]] + $0).joined(separator: "\n") }
        #expect(isSame(try RecordFiles.read(files[0], files[1]), try RecordFiles.read(Self.calls)))
    }

    @Test
    func twoExportsMayShareADay() throws {
        let lines = Self.calls.split(separator: "\n")
        let first = lines[0...300].joined(separator: "\n")
        let second = ([lines[0]] + lines[251...]).joined(separator: "\n")
        let shared = try RecordFiles.read(first, second)
        #expect(isSame(shared, try RecordFiles.read(Self.calls)))
        #expect(shared.rows.skipped == [.duplicate: 50])
    }

    @Test
    func withoutIdAndContactFilesThatOverlapAreWarnedOf() throws {
        let plain = Self.calls.split(separator: "\n").map { $0.split(separator: ",")[0...1].joined(separator: ",") }
        let text = plain.joined(separator: "\n")
        #expect(try RecordFiles.read(text, text).codes == ["files.overlap"])
        let (one, other) = (
            plain[0...250].joined(separator: "\n"), ([plain[0]] + plain[251...]).joined(separator: "\n")
        )
        #expect(try RecordFiles.read(one, other).codes.isEmpty)
    }

    @Test
    func twoRowsOfOneCallAreOneAttemptAndTheSecondTalkCountsForItsAgent() throws {
        let summary = try RecordFiles.read(
            """
            dialedAt,outcome,talkSeconds,wrapSeconds,agent,id
            2026-03-10 09:00:00,answered,100,10,anna,77
            2026-03-10 09:01:40,answered,300,20,bert,77
            2026-03-10 09:30:00,busy,,,,78
            """
        )
        #expect(summary.rows.skipped == [.leg: 1])
        #expect(summary.attempts == 2 && summary.answered == 1)
        #expect(summary.times[.talk]?.count == 1 && summary.times[.talk]?.mean == 100)
        #expect(summary.days.map(\.talkSeconds) == [100])
        let lengths = summary.agents.map { $0.days.map { $0.last - $0.first } }
        #expect(lengths.sorted { $0[0] < $1[0] } == [[110], [320]])
    }

    @Test("the first row of a call is the first in time, in whatever order rows and files come")
    func firstInTime() throws {
        let header = "dialedAt,outcome,talkSeconds,agent,id\n"
        let (early, late) = ("2026-03-10 09:00:00,no-answer,,,1\n", "2026-03-10 09:05:00,answered,30,b,1\n")
        let texts = [
            [header + early + late], [header + late + early], [header + early, header + late],
            [header + late, header + early],
        ]
        for files in texts {
            let summary = try RecordFiles.read(files.map { Array($0.utf8) })
            #expect(summary.outcomes == [.noAnswer: 1] && summary.rows.skipped == [.leg: 1], "\(files)")
            #expect(summary.agents.count == 1 && summary.times[.talk] == nil)
        }
    }

    @Test
    func legsOfOneTimeAreLegsAndTheirCopiesAreCopies() throws {
        let text = """
            dialedAt,outcome,talkSeconds,agent,id
            2026-03-10 09:00:00,answered,100,anna,77
            2026-03-10 09:00:00,answered,300,bert,77
            2026-03-10 09:00:00,answered,,,77

            """
        let summary = try RecordFiles.read(text)
        #expect(summary.rows.skipped == [.leg: 1, .duplicate: 1])
        #expect(summary.agents.count == 2 && summary.times[.talk]?.mean == 100)
        let twice = try RecordFiles.read(text, text)
        #expect(twice.rows.skipped == [.leg: 1, .duplicate: 4])
        #expect(isSame(twice, summary))
    }

    @Test
    func contactsThatASpreadsheetRoundedAreNoContacts() throws {
        let rows = (0..<400).map { "2026-03-10 09:\($0 / 60 + 10):\($0 % 60 + 10),busy,4.479E+11" }
        let summary = try RecordFiles.read(
            "dialedAt,outcome,contact\n" + rows.joined(separator: "\n").replacing(":6", with: ":5")
        )
        #expect(summary.contacts == nil)
        #expect(summary.rows.used == 400)
        #expect(summary.detail("contact.unusable")?.hasPrefix("400 of 400 ") == true)
    }

    @Test(arguments: ["", "NULL", "\\N", "0000000000", "9999999999", "4.479E+11", "4,479e+11", "0"])
    func someTextsAreNoContact(text: String) throws {
        let rows = (10..<50).map { "2026-03-10 09:\($0):00;busy;c\($0)" }
        let file = "dialedAt;outcome;contact\n\(rows.joined(separator: "\n"))\n2026-03-10 10:00:00;busy;\(text)\n"
        let summary = try RecordFiles.read(file)
        #expect(summary.contacts?.contacts == 40)
        #expect(summary.rows.used == 41)
        #expect(summary.detail("contact.unusable")?.hasPrefix("1 of 41 ") == true)
    }

    @Test(arguments: ["1", "11", "7", "49e12", "479E11"])
    func othersAre(text: String) throws {
        let file = "dialedAt;outcome;contact\n2026-03-10 10:00:00;busy;\(text)\n2026-03-10 10:00:00;busy;x\n"
        #expect(try RecordFiles.read(file).contacts?.contacts == 2)
    }

    @Test
    func aNumberThatTestsTheLineIsAnOutlier() throws {
        var text = "dialedAt,outcome,contact\n"
        for contact in 0..<3000 {
            for attempt in 0...contact % 4 {
                text +=
                    "2026-03-1\(attempt) \(10 + contact / 500):\(10 + contact / 60 % 50):\(10 + contact % 50),no-answer,c\(contact)\n"
            }
        }
        for test in 0..<500 {
            text += "2026-03-14 \(10 + test / 60):\(10 + test % 50):0\(test % 10),no-answer,0049123\n"
        }
        let summary = try RecordFiles.read(text)
        let contacts = try #require(summary.contacts)
        #expect(contacts.contacts == 3001)
        #expect(contacts.usualMost == 4)
        #expect(summary.codes == ["contact.outlier"])
        // The outlier's delays of minutes do not count: all others are a day.
        #expect(contacts.retryDelays[.noAnswer]?.quantile(0.5) == 86_400)
    }

    static let mixed =
        "sep=;\r\nAnrufe der Woche\r\nDialed At;OUTCOME;x\r\n2026-03-10 09:00:00;busy;\r\n2026-03-10 09:01:00;busy;\r\n"
        + "Dialed At;OUTCOME;x\r\n2026-03-10 09:02:00;answered;\r\nTotal;3;61\r\n"

    @Test(arguments: [false, true], [false, true])
    func titlesTotalsAndASecondHeaderStopNoFile(isUTF16: Bool, isBigEndian: Bool) throws {
        let bytes: [UInt8] =
            isUTF16
            ? Self.mixed.utf16.reduce(isBigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]) {
                $0 + (isBigEndian ? [UInt8($1 >> 8), UInt8($1 & 255)] : [UInt8($1 & 255), UInt8($1 >> 8)])
            } : Array(Self.mixed.utf8)
        var list = ""
        let summary = try RecordFiles.read([bytes], skipped: { list += String(decoding: $0, as: UTF8.self) })
        #expect(summary.rows.read == 5 && summary.rows.used == 3)
        #expect(summary.rows.skipped == [.headerRepeated: 1, .timeUnreadable: 1])
        #expect(list == "file,row,reason\ncalls0.csv,6,header.repeated\ncalls0.csv,8,dialedAt.unreadable\n")
        #expect(summary.detail("header.above") != nil)
    }

    @Test
    func aLastDayThatEndsAtElevenIsPartial() throws {
        var text = "dialedAt,outcome\n"
        for day in 2...10 {
            for minute in 0..<(day == 10 ? 24 : 96) {
                text += "2026-03-\(day < 10 ? "0" : "")\(day) \(minute / 12 + 9 < 10 ? "0" : "")\(minute / 12 + 9):"
                text += "\(minute % 12 * 5 < 10 ? "0" : "")\(minute % 12 * 5):00,busy\n"
            }
        }
        let days = try RecordFiles.read(text).days
        #expect(days.map(\.partial) == Array(repeating: false, count: 8) + [true])
        #expect(days.map(\.attempts) == Array(repeating: 96, count: 8) + [24])
    }

    @Test
    func aDateOfUncertainOrderIsShown() throws {
        let text = "dialedAt,outcome\n2026-03-10T09:00:00Z,busy\n03/04/2026 09:15:00,busy\n"
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(text) }
        #expect(error?.code == .time)
        #expect(error?.message.contains("calls0.csv:3: the time 03/04/2026 09:15:00 ") == true)
        #expect(error?.message.contains("--time-format") == true)
        let summary = try RecordFiles.read(text) { $0.timeFormat = TimeFormat("DD/MM/YYYY HH:mm:ss") }
        #expect(summary.span.to == Timestamp("2026-04-03T09:15:00Z"))
        // One order holds for a file: a thirteenth month is no reason to try the other one.
        let other = #expect(throws: RecordsError.self) {
            try RecordFiles.read(text + "03/25/2026 09:15:00,busy\n") {
                $0.timeFormat = TimeFormat("DD/MM/YYYY HH:mm:ss")
            }
        }
        #expect(other?.message.contains("03/25/2026 09:15:00") == true)
    }

    @Test
    func durationsAreReadOrCounted() throws {
        let rows = ["0:02:05", "25:00:00", "2:05", "\"1,234\"", "-1", "65535", "12.5", "NULL", "\\N", ""]
            .enumerated().map { "2026-03-10 09:00:0\($0.offset),answered,\($0.element)" }
        let summary = try RecordFiles.read("dialedAt,outcome,talkSeconds\n" + rows.joined(separator: "\n"))
        let talk = try #require(summary.times[.talk])
        #expect(summary.rows.used == 10)
        #expect(talk.count == 2 && talk.largest == 125 && talk.smallest == 12.5)
        #expect(summary.detail("value.unreadable")?.hasSuffix("talkSeconds 2.") == true)
        #expect(summary.detail("value.sentinel")?.hasSuffix("talkSeconds 2.") == true)
        #expect(summary.detail("value.negative")?.hasSuffix("talkSeconds 1.") == true)
    }

    @Test
    func anEveningShiftOverMidnightIsOneDay() throws {
        var text = "dialedAt,outcome,talkSeconds,wrapSeconds,agent\n"
        for day in 9..<14 {
            for step in 0..<96 {
                let minute = 18 * 60 + step * 5
                let (date, hour) = (day + minute / 1440, minute / 60 % 24)
                let time =
                    "2026-03-\(date < 10 ? "0" : "")\(date) \(hour < 10 ? "0" : "")\(hour):\(minute % 60 < 10 ? "0" : "")\(minute % 60):00"
                for agent in ["anna", "bert"] { text += "\(time),answered,120,30,\(agent)\n" }
            }
        }
        let summary = try RecordFiles.read(text)
        #expect(summary.days.map(\.date.description) == (9..<14).map { "2026-03-\($0 < 10 ? "0" : "")\($0)" })
        #expect(summary.days.allSatisfy { $0.attempts == 192 && !$0.partial })
        #expect(summary.agents.count == 2)
        for agent in summary.agents {
            #expect(agent.days.count == 5)
            for day in agent.days {
                #expect((day.first + summary.startOfDay).truncatingRemainder(dividingBy: 86_400) == 18 * 3600)
                #expect(day.last - day.first == 95 * 300 + 150)
                #expect(day.gaps.isEmpty)
            }
        }
    }
}
