import ArgumentParser
import DialerStudy
import ExactJSON
import RingbackHome
import RunReport
import Statistics

/// `--shard I/N`.
struct ShardArgument: ExpressibleByArgument {
    var number: Int
    var count: Int

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
        (self.number, self.count) = (number, count)
    }

    /// What is wrong with the numbers; nil if nothing is.
    var problem: String? {
        if !(1...CalibrationShard.mostParts).contains(count) { return "N goes from 1 to \(CalibrationShard.mostParts)" }
        return (1...count).contains(number) ? nil : "I goes from 1 to N, which is \(count)"
    }
}

/// `ringback calibrate merge`: the parts of a calibration, judged as if one process had simulated all windows.
struct CalibrateMergeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Join the parts that `calibrate --shard I/N` wrote, and judge them as one calibration.",
        discussion: """
            The result is that of the calibration in one process, byte for byte, whatever N.

            Examples:
              ringback calibrate merge part1.json part2.json
              ringback calibrate merge part*.json --out build/calibrated
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup(visibility: .hidden) var store: StoreOptions

    @Option(
        help: .value("dir", "Write report.html, result.json and settings.csv here, and a row in the home's history."),
        completion: .directory
    )
    var out: String?

    @Argument(help: .value("file", "The parts, all of them."), completion: .file())
    var files: [String]

    func run() async throws {
        var shards: [(file: String, shard: CalibrationShard)] = []
        for file in files {
            let shard = try ShardFile.read(file)
            if let first = shards.first, let difference = shard.difference(from: first.shard) {
                throw CommandFailure.usage("\(file) does not belong to \(first.file): \(difference)")
            }
            if let other = shards.first(where: { $0.shard.number == shard.number }) {
                throw CommandFailure.usage("\(file) and \(other.file) are both part \(shard.number)")
            }
            shards.append((file, shard))
        }
        guard let first = shards.first?.shard else { throw CommandFailure.usage("name the parts to merge") }
        let missing = (1...first.count).filter { number in !shards.contains { $0.shard.number == number } }
        guard missing.isEmpty else {
            let names = missing.map { "\($0)/\(first.count)" }.joined(separator: ", ")
            throw CommandFailure.usage("missing: part \(names); compute it with --shard")
        }
        try await HistoryEntry.check(common, out: out)
        let parts = shards.map(\.shard).sorted { $0.number < $1.number }
        let calibration = first.head.calibration.calibration
        let settings = calibration.groups.flatMap(\.settings)
        let results = try await calibration.run { setting, numbers in
            let index = settings.firstIndex(of: setting) ?? 0
            let windows = parts.flatMap { $0.outcomes[index] }
            return Array(windows[Int(numbers.lowerBound)..<Int(numbers.upperBound)])
        }
        let result = CalibrationResult(results, of: calibration, scenario: first.head.scenario, seed: first.head.seed)
        let work = Calibrating(common: common, threads: 1)
        try work.show(result, out: out)
        try await work.enterHistory(result, out)
        if result.exitCode != .pass { throw CommandFailure(code: result.exitCode) }
    }
}

/// The file of a part.
enum ShardFile {
    static func read(_ path: String) throws -> CalibrationShard {
        let bytes: [UInt8]
        do { bytes = try FileSystem.read(path, upTo: 1 << 30) } catch {
            throw CommandFailure.usage("a part cannot be read: \(error)")
        }
        guard let json = try? JSONReader.read(bytes) else {
            throw CommandFailure.usage("\(path): it is torn, or not a part of a calibration")
        }
        do { return try CalibrationShard(json) } catch { throw CommandFailure.usage("\(path): \(error)") }
    }
}

extension Calibrating {
    /// Computes one part, unless its file has it already.
    func part(_ shard: ShardArgument, of planned: PlannedCalibration, to path: String) async throws
        -> RunReport.ExitCode
    {
        let head = CalibrationShard.Head(
            scenario: planned.scenario,
            seed: planned.seed,
            source: planned.fingerprint,
            calibration: CalibrationOutline(planned.calibration)
        )
        do { try FileSystem.checkNamed(path) } catch { throw Self.cannotWrite(error) }
        // Pipes and devices are written through, whatever was written to them before.
        if FileSystem.isPlain(path) {
            let present = try ShardFile.read(path)
            let difference =
                present.count != shard.count || present.number != shard.number
                ? "it is part \(present.number)/\(present.count)" : present.head.difference(from: head)
            if let difference {
                throw CommandFailure.usage(
                    "\(path) holds another part: \(difference). It stays as it is; name another file"
                )
            }
            if !common.quiet { Console.error("\(path) is complete; nothing to compute") }
            return .pass
        }
        let most = planned.calibration.plan.mostTrials
        let numbers = CalibrationShard.windows(of: shard.number, count: shard.count, most: most)
        let settings = planned.calibration.groups.flatMap(\.settings)
        var outcomes: [[LegalWindow.Outcome]] = []
        for (index, setting) in settings.enumerated() {
            line.draw(
                "  part \(shard.number)/\(shard.count): setting \(index + 1) of \(settings.count), \(setting.title)"
            )
            do { outcomes.append(try await setting.window?.simulate(numbers, threads: threads) ?? []) } catch {
                guard Task.isCancelled else { throw error }
                throw CommandFailure(code: .timedOut, message: "interrupted; nothing was written to \(path)")
            }
        }
        line.clear()
        let part = CalibrationShard(number: shard.number, count: shard.count, head: head, outcomes: outcomes)
        do { try FileSystem.writeNamed(path, Array((part.json.text + "\n").utf8)) } catch {
            throw Self.cannotWrite(error)
        }
        return .pass
    }

    private static func cannotWrite(_ error: FileError) -> CommandFailure {
        .usage("cannot write the part: \(error)")
    }
}
