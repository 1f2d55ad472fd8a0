import ExactJSON
import Foundation
import Glibc
import RingbackTestKit
import Testing

/// Outputs that cannot be written, that are pipes or devices, and the modes of files that a user named.
@Suite(.timeLimit(.minutes(15)))
struct NamedOutputTests {
    private static let center = """
        contactCenter: {agents: 5, ringing: {default: {constant: 5s}}, talk: {constant: 60s}, patience: {constant: 2s}}
        run: {calls: 20000, replications: 2}
        """

    /// Runs a shell script; `$R` is the program.
    private func shell(_ script: String, in workspace: Workspace) async throws -> Program.Finished {
        let environment = ["PATH": "/usr/bin:/bin", "RINGBACK_HOME": workspace.home, "R": Program.ringback]
        return try await Program("/bin/sh", ["-c", script], environment: environment, in: workspace.folder).finished()
    }

    @Test(arguments: [
        "init new", "validate scenario.yaml", "validate scenario.yaml --json", "run scenario.yaml",
        "run scenario.yaml --json", "run scenario.yaml --quiet", "run scenario.yaml --anchor -", "inbox list",
        "inbox list --json", "deliveries list", "audit show", "audit report", "audit export --format csv",
        "audit checkpoint", "audit prove home/audit 1", "doctor", "--help", "--version", "run --help",
        "sandbox --listen 127.0.0.1:0", "serve --listen 127.0.0.1:0",
    ]) func resultsThatCannotBePrintedAreAFailure(_ arguments: String) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await shell(
                "$R run scenario.yaml --quiet >/dev/null && $R \(arguments) >/dev/full",
                in: workspace
            )
            #expect(ended.exitCode == 3, "\(ended.stderr)")
            #expect(
                ended.stderr.hasSuffix("ringback: cannot write to standard output: No space left on device\n"),
                "\(ended.stderr)"
            )
        }
    }

    @Test func aVerifiedLogThatCannotBeReportedIsNotVerified() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let script = "$R run scenario.yaml --quiet >/dev/null && $R audit verify home/audit >/dev/full"
            #expect(try await shell(script, in: workspace).exitCode == 1)
        }
    }

    @Test(arguments: ["audit show", "simulate scenario.yaml --trace -", "validate --help"])
    func aReaderThatGoesAwayIsNoFailure(_ arguments: String) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(extra: Self.center)
            let script = "$R run scenario.yaml --quiet >/dev/null; { $R \(arguments); echo $? >code; } | head -1"
            let ended = try await shell(script, in: workspace)
            #expect(!ended.stderr.contains("ringback:"), "\(ended.stderr)")
            #expect(try workspace.text("code") == "0\n")
        }
    }

    /// A reader that is slower than the writer, on a pipe whose writes do not wait.
    @Test func aPipeThatDoesNotWaitGetsEveryByte() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let python = """
                import fcntl, os, subprocess, time
                reader, writer = os.pipe()
                os.set_blocking(writer, False)
                fcntl.fcntl(writer, 1031, 4096)
                program = subprocess.Popen([os.environ["R"], "audit", "export", "--format", "csv"], stdout=writer)
                os.close(writer)
                size = 0
                while True:
                    piece = os.read(reader, 1000)
                    if not piece: break
                    size += len(piece)
                    time.sleep(0.0001)
                print(program.wait(), size)
                """
            let log = "for i in 1 2 3 4 5 6; do $R run scenario.yaml --quiet >/dev/null; done"
            let ended = try await shell(
                "\(log); $R audit export --format csv | wc -c; python3 -c '\(python)'",
                in: workspace
            )
            let lines = ended.stdout.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            try #require(lines.count == 2, "\(ended.stdout)\(ended.stderr)")
            #expect(lines[1] == "0 \(lines[0])")
            #expect(try #require(Int(lines[0])) > 4096)
        }
    }

    /// The device is a node of the test's own, where that is possible: a program that is broken would replace the
    /// machine's, if the tests run as root.
    @Test func pipesLinksAndDevicesAreWrittenThrough() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let script = """
                device=/dev/null; mknod own c 1 3 2>/dev/null && (: >own) 2>/dev/null && device=own
                mkfifo pipe; ln -s behind link; echo old >plain; chmod 640 plain
                timeout 60 cat pipe >read & $R run scenario.yaml --quiet --anchor pipe >/dev/null; wait
                $R run scenario.yaml --quiet --anchor link >/dev/null
                $R run scenario.yaml --quiet --anchor plain >/dev/null
                $R run scenario.yaml --quiet --anchor $device >/dev/null
                stat -c '%F %a' pipe link plain $device; head -c 8 read behind plain
                """
            let ended = try await shell(script, in: workspace)
            let kinds = ended.stdout.split(separator: "\n").prefix(4)
            #expect(kinds.first?.hasPrefix("fifo ") == true, "\(ended.stdout)\(ended.stderr)")
            #expect(kinds.dropFirst().first == "symbolic link 777")
            #expect(kinds.dropFirst(2).first == "regular file 640")
            #expect(kinds.last?.hasPrefix("character special file ") == true)
            #expect(ended.stdout.components(separatedBy: "ringback").count == 4, "\(ended.stdout)")
        }
    }

    /// A place that cannot be written is told before the run, and standard output goes on where it is.
    @Test func anchorsHaveAPlace() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            for place in ["no/such", "."] {
                let ended = try await workspace.run(["run", "scenario.yaml", "--anchor", place])
                #expect(ended.exitCode == 2 && ended.stderr.contains("--anchor has no place"), "\(ended.stderr)")
                #expect(ended.stderr.contains("cannot write to \(place): "), "\(ended.stderr)")
            }
            let script = "(echo before; $R run scenario.yaml --quiet --anchor /dev/stdout; echo after) >log; cat log"
            let lines = try await shell(script, in: workspace).stdout.split(separator: "\n")
            #expect(lines.first == "before" && lines.dropFirst().first?.hasPrefix("ringback") == true, "\(lines)")
            #expect(lines.suffix(2).first?.hasPrefix("PASS") == true && lines.last == "after", "\(lines)")
        }
    }

    @Test func aReaderThatComesLateGetsEverything() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario(extra: Self.center)
            let script = """
                $R simulate scenario.yaml --quiet --trace plain >/dev/null; mkfifo pipe
                $R simulate scenario.yaml --quiet --trace pipe >/dev/null & sleep 0.5; timeout 60 cat pipe >read
                wait $! && cmp plain read && wc -l <read
                """
            let ended = try await shell(script, in: workspace)
            #expect(try #require(Int(ended.stdout.dropLast()), "\(ended.stdout)\(ended.stderr)") > 100)
        }
    }

    @Test func aPipeWithoutAReaderIsNotWaitedForForEver() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await shell("mkfifo pipe; $R run scenario.yaml --anchor pipe", in: workspace)
            #expect(ended.exitCode == 2, "\(ended.stderr)")
            #expect(ended.stderr.contains("pipe"), "\(ended.stderr)")
            // The run itself has ended, and its files say how.
            #expect(ended.stderr.contains("the run has ended, but"), "\(ended.stderr)")
        }
    }

    @Test(arguments: [(umask: "022", file: "644", folder: "755"), ("027", "640", "750"), ("077", "600", "700")])
    func namedFilesFollowTheUmask(_ modes: (umask: String, file: String, folder: String)) async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let script = """
                umask \(modes.umask); $R run scenario.yaml --quiet --out deep/out --anchor note >/dev/null; $R init new >/dev/null
                stat -c %a deep deep/out new; stat -c %a deep/out/* note new/scenario.yaml
                stat -c %a home home/ringback.sqlite home/audit home/audit/00000001.jsonl
                """
            let ended = try await shell(script, in: workspace)
            let lines = ended.stdout.split(separator: "\n").map(String.init)
            try #require(lines.count == 13, "\(ended.stdout)\(ended.stderr)")
            #expect(Set(lines[..<3]) == [modes.folder])
            #expect(Set(lines[3..<9]) == [modes.file])
            #expect(lines[9...] == ["700", "600", "700", "600"])
        }
    }

    @Test func descriptorsThatTheCallerClosedTakeNoBytesOfTheStore() async throws {
        try await Workspace.with { workspace in
            try workspace.scenario()
            let ended = try await shell(
                "$R run scenario.yaml --out out <&- >&- 2>&-; echo $?; $R audit verify home/audit",
                in: workspace
            )
            #expect(ended.stdout.hasPrefix("0\nINTACT"), "\(ended.stdout)\(ended.stderr)")
        }
    }
}
