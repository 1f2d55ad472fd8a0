import RunStore
import Testing

@testable import RunPipeline

/// What `doctor` says of a database that machines share.
@Suite struct SharedStoreCheckTests {
    private static let sound = SharedStoreHealth(
        serverVersion: "15.18",
        isRecentEnough: true,
        role: "app",
        schema: "public",
        tables: 1,
        isReadOnly: false,
        latency: 0.44,
        clockDifference: -1.9,
        hasPooler: false,
        connectionLimit: nil
    )

    @Test func aSoundDatabaseIsDescribed() {
        let finding = Finding.database(Self.sound, connections: 6)
        #expect(finding.status == .ok)
        #expect(finding.detail == "PostgreSQL 15.18 as app in the schema public, tables in version 1, 0.4 ms away")
    }

    @Test(arguments: [
        (2.1, "its clock is 2.1 s ahead of this one"), (-300, "its clock is 300.0 s behind this one"),
    ])
    func clocksThatDifferAreWarnedOf(_ seconds: Double, _ words: String) {
        var health = Self.sound
        health.clockDifference = seconds
        let finding = Finding.database(health, connections: 6)
        #expect(finding.status == .warning && finding.detail.hasSuffix(words))
    }

    @Test func fewConnectionsOldServersAndStandbysAreToldApart() {
        var few = Self.sound
        (few.connectionLimit, few.hasPooler) = (6, true)
        let warning = Finding.database(few, connections: 6)
        #expect(warning.status == .warning)
        #expect(warning.detail.hasSuffix("behind a pooler, at most 6 connections of the role"))
        var old = Self.sound
        (old.serverVersion, old.isRecentEnough) = ("13.9", false)
        let failure = Finding.database(old, connections: 6)
        #expect(failure.status == .failure && failure.domain == .configuration)
        #expect(failure.detail == "PostgreSQL 13.9 is too old")
        var standby = Self.sound
        standby.isReadOnly = true
        let refused = Finding.database(standby, connections: 6)
        #expect(refused.status == .failure && refused.domain == .remote)
    }
}
