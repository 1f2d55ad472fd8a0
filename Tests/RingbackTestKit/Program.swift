import Foundation
import Glibc
import Synchronization

/// The built program, started as a user starts it.
package final class Program: Sendable {
    /// How a program ended.
    package struct Finished: Sendable {
        /// The exit code; if a signal ended the program, minus its number.
        package var exitCode: Int32
        /// Standard output.
        package var stdout: String
        /// Standard error.
        package var stderr: String
        /// The peak memory in KiB, if it was measured.
        package var peakKiB: Int
    }

    /// A program that could not be started.
    package struct StartError: Error, CustomStringConvertible {
        package var description: String
    }

    private struct State {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        var status: Int32?
        var peakKiB = 0
        var openStreams = 2
        var version = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    /// Held while descriptors are made and while a program starts, so that no program inherits them.
    static let spawning = Mutex(())

    /// The variables of a sanitizer, which programs need as well as the tests.
    private static let sanitizing = ProcessInfo.processInfo.environment.filter {
        ["LD_PRELOAD", "TSAN_OPTIONS"].contains($0.key)
    }

    private let pid: pid_t
    private let state = Mutex(State())

    /// The programs that have not ended, with their working folders; the end of the tests ends them too.
    private static let running = Mutex<[pid_t: String]>([:])
    private static let endsWithTests: Void = {
        _ = atexit { Program.killAll(in: "") }
    }()

    /// Kills the programs that work in a folder, as those of a test that failed before it stopped them.
    static func killAll(in folder: String) {
        running.withLock { for (pid, own) in $0 where own.hasPrefix(folder) { kill(pid, SIGKILL) } }
    }

    /// The folder of built programs: that of the running test bundle.
    package static let buildFolder: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(filePath: own).deletingLastPathComponent().path
        if FileManager.default.isExecutableFile(atPath: beside + "/ringback") { return beside }
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return package.appending(path: ".build/debug").path
    }()

    /// The built `ringback`; `RINGBACK_BINARY` names another.
    package static var ringback: String {
        ProcessInfo.processInfo.environment["RINGBACK_BINARY"] ?? "\(buildFolder)/ringback"
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: the program.
    ///   - arguments: its arguments, without its own name.
    ///   - environment: all of its environment.
    ///   - folder: its working folder.
    ///   - limit: after this time it is killed.
    ///   - measuresMemory: whether its memory is measured while it runs.
    package init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        in folder: String,
        limit: Duration = .seconds(150),
        measuresMemory: Bool = false
    ) throws {
        let shell = ["sh", "-c", "cd \"$0\" && exec \"$@\"", folder, path] + arguments
        let variables = environment.merging(Self.sanitizing) { mine, sanitizers in "\(sanitizers):\(mine)" }
        let (pid, output, errors) = try Self.spawning.withLock { _ in try Self.spawn(shell, variables) }
        self.pid = pid
        Self.endsWithTests
        Self.running.withLock { $0[pid] = folder }
        collect(output) { $0.output += $1 }
        collect(errors) { $0.errors += $1 }
        reap()
        if measuresMemory { measureMemory() }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit / .seconds(1)) { [weak self] in
            self?.signal(SIGKILL)
        }
    }

    /// Runs a command to its end, without its output.
    ///
    /// - Returns: its exit code, or −1 if it could not run or a signal ended it.
    ///
    /// Foundation's `Process` crashes now and then in a process with many threads.
    package static func exitCode(of command: [String]) -> Int32 {
        let shell = ["sh", "-c", "exec \"$@\" >/dev/null 2>&1", "sh"] + command
        let variables = ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp"]
        guard let (pid, output, errors) = try? spawning.withLock({ _ in try spawn(shell, variables) }) else {
            return -1
        }
        close(output)
        close(errors)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 { if errno != EINTR { return -1 } }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }

    /// Starts a command; gives its number, and the ends of the pipes on its output.
    private static func spawn(
        _ command: [String],
        _ environment: [String: String]
    ) throws -> (pid: pid_t, output: Int32, errors: Int32) {
        var (output, errors): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&output) == 0, pipe(&errors) == 0 else { throw StartError(description: "no pipe") }
        for descriptor in output + errors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output[1], 1)
        posix_spawn_file_actions_adddup2(&actions, errors[1], 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        // The program must not inherit the signal settings of the test runner.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        var pid: pid_t = 0
        let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, &words, &variables)
        for text in words + variables { free(text) }
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        close(output[1])
        close(errors[1])
        guard code == 0 else {
            close(output[0])
            close(errors[0])
            throw StartError(description: "\(command) cannot be started: \(String(cString: strerror(code)))")
        }
        return (pid, output[0], errors[0])
    }

    /// Sends a signal, unless the program has ended.
    package func signal(_ number: Int32) {
        state.withLock { state in
            if state.status == nil { kill(pid, number) }
        }
    }

    /// Whether it has ended.
    package var isOver: Bool { state.withLock { $0.status != nil } }

    /// The peak memory so far in KiB, if it is measured.
    package var peakKiB: Int { state.withLock { $0.peakKiB } }

    /// Waits for the first line of standard output that `matches`; nil if the program ends without one.
    package func line(_ matches: (String) -> Bool) async -> String? { await line(of: \.output, matches) }

    /// Waits for the first line of standard error that `matches`; nil if the program ends without one.
    package func errorLine(_ matches: (String) -> Bool) async -> String? { await line(of: \.errors, matches) }

    private func line(
        of stream: any KeyPath<State, [UInt8]> & Sendable,
        _ matches: (String) -> Bool
    ) async -> String? {
        while true {
            let (bytes, isOver, version) = state.withLock { ($0[keyPath: stream], $0.openStreams == 0, $0.version) }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            if let line = lines.dropLast().first(where: { matches(String($0)) }) { return String(line) }
            if isOver { return nil }
            await change(since: version)
        }
    }

    /// Waits for the end.
    package func finished() async -> Finished {
        while true {
            let (finished, version) = state.withLock { state -> (Finished?, Int) in
                guard state.openStreams == 0, let status = state.status else { return (nil, state.version) }
                let signal = status & 0x7F
                let finished = Finished(
                    exitCode: signal == 0 ? (status >> 8) & 0xFF : -signal,
                    stdout: String(decoding: state.output, as: UTF8.self),
                    stderr: String(decoding: state.errors, as: UTF8.self),
                    peakKiB: state.peakKiB
                )
                return (finished, state.version)
            }
            if let finished { return finished }
            await change(since: version)
        }
    }

    /// Returns when the state has changed since that version.
    private func change(since version: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                if state.version != version {
                    continuation.resume()
                } else {
                    state.waiters.append(continuation)
                }
            }
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            state.version += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Reads a pipe to its end on a thread of its own, so that it never fills up.
    private func collect(_ descriptor: Int32, _ append: @escaping @Sendable (inout State, ArraySlice<UInt8>) -> Void) {
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                self.update { append(&$0, buffer[..<count]) }
            }
            close(descriptor)
            self.update { $0.openStreams -= 1 }
        }
    }

    private func reap() {
        Thread.detachNewThread { [pid] in
            // Seen first and reaped under the lock, so that no signal goes to a later process of the same number.
            var information = siginfo_t()
            while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            Self.running.withLock { $0[pid] = nil }
            self.update { state in
                var status: Int32 = 0
                waitpid(pid, &status, 0)
                state.status = status
            }
        }
    }

    /// Reads the peak memory until the program ends; the system's figure never falls.
    private func measureMemory() {
        Thread.detachNewThread { [pid] in
            while self.state.withLock({ $0.status == nil }) {
                let text = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
                let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
                let words = line?.split(whereSeparator: \.isWhitespace) ?? []
                if words.count > 1, let kibibytes = Int(words[1]) {
                    self.state.withLock { $0.peakKiB = max($0.peakKiB, kibibytes) }
                }
                usleep(5000)
            }
        }
    }
}
