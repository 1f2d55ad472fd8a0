import AuditLog
import ExactJSON
import Glibc
import RingbackHome

/// Writes and verifies an audit log in a process of its own; `scripts/bench.py` and the tests run it.
///
/// usage: AuditBenchmark append HOME ENTRIES BATCH [NAME]   tells how fast; with a NAME every batch once it is on disk
///        AuditBenchmark runs HOME ENTRIES BATCH            the same with the entries of runs, eight each
///        AuditBenchmark verify HOME                        tells how fast the log is verified
func entry(_ number: Int, _ name: String) -> AuditEntry {
    AuditEntry(
        .dispatch,
        runID: name,
        simulationID: "sim-b79eff7167a4",
        actor: "sha256:bcaa7140fb5c0cfeb4fb8822d15f13bb32006295bf571e09d3f88c659da3d9e9 (ringback)",
        payload: ["number": .integer(number)],
        result: "success"
    )
}

/// An entry of a log of runs, each with a verdict at its end.
func entryOfRuns(_ number: Int) -> AuditEntry {
    let types: [AuditEntry.EventType] = [.validation, .slot, .dispatchIntent, .dispatch, .tracking, .slot, .metrics]
    let run = number / (types.count + 1)
    let digits = String(run)
    var entry = entry(number, "01M831DBJ4ZX0AYW" + String(repeating: "0", count: 10 - digits.count) + digits)
    let place = number % (types.count + 1)
    guard place == types.count else {
        entry.type = types[place]
        return entry
    }
    entry.type = .verdict
    entry.payload = [
        "exitCode": 0, "failed": [],
        "abandonment": [
            "campaignId": .string("campaign-\(run % 5)"), "liveAnswers": 23, "connected": 22, "abandoned": 1,
            "connectedLate": 0,
        ],
    ]
    entry.result = "pass"
    return entry
}

/// Appends entries batch by batch.
func append(_ home: Home, count: Int, batch: Int, name: String?, entry: (Int) -> AuditEntry) throws {
    let log = AuditLog(home)
    for start in stride(from: 0, to: count, by: batch) {
        let end = min(start + batch, count)
        try log.append((start..<end).map(entry))
        if name != nil {
            try FileSystem.write(Array("\(end)\n".utf8), to: STDOUT_FILENO, path: "standard output")
        }
    }
    try log.checkpoint()
}

/// Verifies the log and gives the verdict.
func verify(_ home: Home) throws -> AuditFinding { try AuditVerifier(directory: home.auditPath).verify() }

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("usage: AuditBenchmark append HOME ENTRIES BATCH [NAME] | runs HOME ENTRIES BATCH | verify HOME")
    exit(2)
}
let home = try Home(path: arguments[2])
let clock = ContinuousClock()
switch arguments[1] {
case "append", "runs":
    guard arguments.count >= 5, let count = Int(arguments[3]), let batch = Int(arguments[4]), batch > 0 else { exit(2) }
    let name = arguments.count > 5 ? arguments[5] : nil
    let isOfRuns = arguments[1] == "runs"
    let time = try clock.measure {
        try append(home, count: count, batch: batch, name: name) {
            isOfRuns ? entryOfRuns($0) : entry($0, name ?? "01M831DBJ4ZX0AYWACF80VSFX4")
        }
    }
    if name == nil { print("\(Int(Double(count) / (time / .seconds(1))))") }
case "verify":
    var finding: AuditFinding?
    let time = try clock.measure { finding = try verify(home) }
    print("\(time / .seconds(1)) \(finding?.entries ?? 0) \(finding?.verdict.rawValue ?? "")")
default: exit(2)
}
