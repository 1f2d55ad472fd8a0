import DialerEngine
import ExactJSON
import Statistics
import Testing

@testable import CallRecords

/// VICIdial's reports and tables.
@Suite(.timeLimit(.minutes(15)))
struct VicidialTests {
    static let log = """
        uniqueid,lead_id,list_id,campaign_id,call_date,start_epoch,end_epoch,length_in_sec,status,phone_number,user,comments,term_reason
        1.1,11,1,C,2026-03-10 09:00:20,0,0,130,SALE,0301,6666,AUTO,CALLER
        1.2,12,1,C,2026-03-10 09:00:21,0,0,0,NA,0302,VDAD,AUTO,NONE
        1.3,13,1,C,2026-03-10 09:00:22,0,0,0,B,0303,VDAD,AUTO,NONE
        1.4,14,1,C,2026-03-10 09:00:40,0,0,5,DROP,0304,VDAD,AUTO,QUEUETIMEOUT
        1.5,15,1,C,2026-03-10 09:01:00,0,0,30,AA,0305,VDAD,AUTO,NONE
        1.6,16,1,C,2026-03-10 09:02:00,0,0,80,HOUSE,0306,7777,AUTO,AGENT
        1.7,17,1,C,2026-03-10 09:03:00,0,0,0,DNCL,0307,VDAD,AUTO,NONE
        1.8,18,1,C,2026-03-10 09:04:00,0,0,50,NI,0308,7777,MANUAL,AGENT

        """
    static let carrier = """
        uniqueid|call_date|server_ip|lead_id|hangup_cause|dialstatus|channel|dial_time|answered_time
        1.1|2026-03-10 09:02:30|10.0.0.1|11|16|ANSWER|SIP/x|150|132
        1.2|2026-03-10 09:00:50|10.0.0.1|12|19|NOANSWER|SIP/x|29|0
        1.3|2026-03-10 09:00:50|10.0.0.1|13|34|CONGESTION|SIP/x|2|0
        1.4|2026-03-10 09:00:50|10.0.0.1|14|16|ANSWER|SIP/x|20|6
        9.9|2026-03-10 09:00:50|10.0.0.1|99|16|ANSWER|SIP/x|20|6

        """
    static let agents = """
        agent_log_id,user,event_time,lead_id,campaign_id,pause_sec,wait_sec,talk_sec,status,dispo_sec,dead_sec,uniqueid,sub_status
        1,6666,2026-03-10 08:59:00,11,C,10,66,132,SALE,15,7,1.1,
        2,7777,2026-03-10 09:00:00,16,C,60,57,85,HOUSE,20,5,1.6,
        3,7777,2026-03-10 09:10:00,,C,1200,65535,0,,0,0,,LUNCH
        4,6666,2026-03-10 09:10:00,,C,900,30,0,,0,0,,

        """
    static let statuses =
        "status,status_name,selectable,human_answered,answering_machine\nHOUSE,Own,Y,Y,N\nSALE,Sale,Y,Y,N\n"

    @Test
    func tablesAreKnownByTheirHeadersAndJoined() throws {
        let files = [Self.carrier, Self.log, Self.statuses].map { Array($0.utf8) }
        let summary = try RecordFiles.read(files, agentLog: Self.agents)
        #expect(summary.outcomes == [.answered: 3, .noAnswer: 1, .dialTone: 1, .voicemail: 1])
        #expect(summary.abandoned == 1)
        #expect(summary.rows.read == 13 && summary.rows.used == 6)
        #expect(summary.rows.skipped == [.joined: 4, .unmatched: 1, .outcomeSkipped: 1, .manual: 1])
        // dial_time − answered_time; where nobody answered, dial_time.
        #expect(summary.times[.ringing(.answered)]?.mean == 16 && summary.times[.ringing(.answered)]?.count == 2)
        #expect(summary.times[.ringing(.noAnswer)]?.mean == 29)
        #expect(summary.times[.ringing(.dialTone)]?.mean == 2)
        // talk_sec − dead_sec, dispo_sec + dead_sec, and what is left of length_in_sec is waiting.
        #expect(summary.times[.talk]?.mean == (125 + 80) / 2 && summary.times[.wrap]?.mean == (22 + 25) / 2)
        #expect(summary.patience.connected.count == 2 && summary.patience.connected.mean == 2.5)
        #expect(summary.patience.abandoned.mean == 5)
        #expect(summary.contacts?.contacts == 6)
        // Answered calls are written down when they reach the script: dialled 18 s earlier.
        #expect(summary.span.from.description == "2026-03-10T09:00:02.000Z")
        #expect(summary.agents.count == 2)
        #expect(summary.agentRows?.read == 4 && summary.agentRows?.used == 4)
        #expect(summary.days[0].busySeconds == 252)
        #expect(summary.days[0].dutySeconds == 405)
        #expect(summary.codes == ["value.sentinel"])
    }

    @Test
    func wordsOfAHouseAreListed() throws {
        let error = #expect(throws: RecordsError.self) { try RecordFiles.read(Self.log) }
        #expect(error?.code == .words && error?.message.contains("  HOUSE  1\n") == true)
        let summary = try RecordFiles.read(Self.log) {
            $0.outcomes = [OutcomeChoice("house=answered")].compactMap(\.self)
        }
        #expect(summary.answered == 3 && summary.times[.talk]?.mean == 105)
        #expect(summary.warnings.contains { $0.detail.contains("length_in_sec") })
    }

    @Test
    func anExportIsReadToo() throws {
        let header =
            "call_date\tphone_number_dialed\tstatus\tuser\tfull_name\tcampaign_id\tcomments\tlength_in_sec\talt_dial\tlead_id"
        let rows = [
            "2026-03-10 09:00:00\t0301\tNI\t6666\tAnna\tC\t\"said no\t60\tNONE\t11",
            "2026-03-10 09:00:01\t0302\tDROP\tVDAD\t\tC\tMANUAL\t4\tMAIN\t12",
            "2026-03-10 09:00:02\t0303\tSALE\t6666\tAnna\tC\t\t70\t12\t13",
            "2026-03-10 09:00:03\t0304\tHUC17\tVDAD\t\tC\t\t0\tNONE\t14",
        ]
        let summary = try RecordFiles.read(([header] + rows).joined(separator: "\r\n"))
        #expect(summary.outcomes == [.answered: 2, .busy: 1] && summary.abandoned == 1)
        #expect(summary.rows.skipped == [.inbound: 1])
        #expect(summary.times[.talk]?.mean == 60 && summary.agents.count == 1)
    }

    @Test
    func anExportWithoutIdsTakesConversationsFromTheLogOfAgents() throws {
        let export =
            "call_date,phone_number_dialed,status,user,length_in_sec,lead_id\n2026-03-10 09:00:00,0301,NI,6666,60,11\n"
        let summary = try RecordFiles.read(
            [Array(export.utf8)],
            agentLog: Self.agents.replacing(",HOUSE,", with: ",A,")
        )
        // The second conversation was with a machine.
        #expect(summary.times[.talk]?.count == 1 && summary.times[.talk]?.mean == 125)
        #expect(summary.days[0].talkSeconds == 125 && summary.days[0].wrapSeconds == 22)
    }

    @Test
    func conversationsOfOtherCallsAreTimeOnDuty() throws {
        let other = "5,6666,2026-03-10 09:20:00,77,C,0,10,600,SALE,30,0,8.8,\n"
        let files = [Self.log, Self.statuses].map { Array($0.utf8) }
        let summary = try RecordFiles.read(files, agentLog: Self.agents + other)
        #expect(summary.times[.talk]?.count == 2 && summary.times[.talk]?.largest == 125)
        #expect(summary.days[0].busySeconds == 882)
        #expect(summary.codes.contains("agent.unmatched"))
    }

    @Test
    func conversationsOfCallsAndLogsAreNotCountedTwice() throws {
        let calls = "dialedAt,outcome,talkSeconds,agent\n2026-03-10 09:00:00,answered,70,6666\n"
        let summary = try RecordFiles.read([Array(calls.utf8)], agentLog: Self.agents)
        #expect(summary.times[.talk]?.count == 1 && summary.times[.talk]?.mean == 70)
        #expect(summary.times[.wrap]?.count == 2)
        let log = "agent,from,to,state\n6666,2026-03-10 09:00:10,2026-03-10 09:05:10,talk\n"
        let export = "call_date,phone_number_dialed,status,user,length_in_sec\n2026-03-10 09:00:00,0301,NI,6666,60\n"
        let other = try RecordFiles.read([Array(export.utf8)], agentLog: log)
        #expect(other.times[.talk]?.count == 1 && other.times[.talk]?.mean == 60)
    }

    @Test
    func columnsOfVicidialHaveTheirOwnNames() throws {
        let error = #expect(throws: RecordsError.self) {
            try RecordFiles.read(Self.log) {
                $0.format = .vicidial
                $0.columns = [ColumnChoice("agent=user")].compactMap(\.self)
            }
        }
        #expect(error?.code == .form)
        let other = #expect(throws: RecordsError.self) {
            try RecordFiles.read("a,b\n1,2\n") { $0.format = .vicidial }
        }
        #expect(other?.message.contains("is not the Export Calls Report") == true)
    }

    @Test
    func aColumnThatOverwritesADayIsSaid() throws {
        let lines = Self.agents.split(separator: "\n")
        let rows = (10..<45).map { "9,6666,2026-03-11 09:\($0):00,11,C,7,\($0),0,SALE,0,0,,x" }
        let log = (lines + rows.map { $0[...] }).joined(separator: "\n")
        let summary = try RecordFiles.read(
            [Array(Self.log.utf8)],
            agentLog: log,
            configure: { $0.outcomes = [OutcomeChoice("HOUSE=answered")].compactMap(\.self) }
        )
        #expect(summary.detail("column.constant")?.hasPrefix("All values of pause_sec ") == true)
    }

    @Test("days of a log of agents are those of the clock", arguments: [("America/New_York", true), ("UTC", false)])
    func daysOfTheClock(zone: String, isConstant: Bool) throws {
        let header = "user,event_time,lead_id,pause_sec,wait_sec,talk_sec,dispo_sec,dead_sec,status,uniqueid\n"
        // 20 rows on either side of midnight in UTC: one evening in New York.
        let from = try #require(Timestamp("2026-03-10T23:40:00Z"))
        let rows = (0..<40).map {
            "u,\(from.adding(milliseconds: Int64($0) * 60_000)),1,11,\($0),30,5,0,SALE,\($0).1\n"
        }
        let summary = try RecordFiles.read(
            [Array(Self.log.utf8)],
            agentLog: header + rows.joined(),
            configure: {
                $0.zone = ClockZone(zone) ?? .utc
                $0.outcomes = [OutcomeChoice("HOUSE=answered")].compactMap(\.self)
            }
        )
        #expect((summary.detail("column.constant")?.contains("pause_sec") == true) == isConstant)
    }

    @Test(
        "a column of more words than any dialer has is refused, in calls and in a log of agents",
        arguments: [true, false]
    )
    func tooManyWords(isLog: Bool) {
        var calls = "dialedAt,outcome\n2026-03-10 09:00:00,busy\n"
        var log = "user,event_time,lead_id,pause_sec,wait_sec,talk_sec,dispo_sec,dead_sec,status,uniqueid\n"
        for word in 0...WordTable.most {
            if isLog {
                log += "u,2026-03-10 09:00:00,1,1,1,30,5,0,w\(word),1.1\n"
            } else {
                calls += "2026-03-10 09:00:00,w\(word)\n"
            }
        }
        let error = #expect(throws: RecordsError.self) {
            try RecordFiles.read([Array(calls.utf8)], agentLog: isLog ? log : nil)
        }
        #expect(error?.code == .words && error?.message.contains("holds more than 60000 different words. ") == true)
        #expect(error?.message.contains("--columns outcome") == !isLog)
    }

    @Test
    func aCarrierLogAloneSaysWhatTheNetworkSaw() throws {
        let summary = try RecordFiles.read(Self.carrier)
        #expect(summary.outcomes == [.answered: 3, .noAnswer: 1, .dialTone: 1])
        #expect(summary.rows.used == 5)
    }

    @Test
    func aLogOfAgentsInColumnsSaysWhenTheyWorked() throws {
        let calls = "dialedAt,outcome,agent\n2026-03-10 09:00:00,answered,anna\n2026-03-10 12:00:00,answered,anna\n"
        let log = """
            agent,from,to,state
            anna,2026-03-10 08:50:00,2026-03-10 09:00:10,idle
            anna,2026-03-10 09:00:10,2026-03-10 09:05:10,talk
            anna,2026-03-10 09:05:10,2026-03-10 09:06:10,wrap
            anna,2026-03-10 09:04:00,2026-03-10 09:05:40,talk
            anna,2026-03-10 09:06:10,2026-03-10 09:36:10,break
            anna,2026-03-10 09:36:10,2026-03-10 12:10:00,idle
            anna,2026-03-10 12:20:00,,idle
            ,2026-03-10 12:20:00,2026-03-10 12:30:00,idle

            """
        let summary = try RecordFiles.read([Array(calls.utf8)], agentLog: log)
        let day = try #require(summary.agents.first?.days.first)
        #expect(summary.agents.count == 1)
        let start = summary.startOfDay
        #expect(day.first + start - 86_400 == 8 * 3600 + 50 * 60 || day.first + start == 8 * 3600 + 50 * 60)
        #expect(day.last - day.first == 3 * 3600 + 20 * 60)
        #expect(day.gaps.map { $0.to - $0.from } == [1800])
        // Conversations that overlap were one agent's: their union counts.
        #expect(summary.days[0].busySeconds == 360)
        #expect(summary.days[0].dutySeconds == 10_200)
        #expect(summary.times[.talk]?.count == 2 && summary.times[.wrap]?.mean == 60)
        #expect(summary.agentRows?.skipped == [.endUnreadable: 1, .agentMissing: 1])
        let error = #expect(throws: RecordsError.self) {
            try RecordFiles.read([Array(calls.utf8)], agentLog: log.replacing(",wrap", with: ",coffee"))
        }
        #expect(error?.code == .words && error?.message.contains("coffee  1") == true)
    }
}
