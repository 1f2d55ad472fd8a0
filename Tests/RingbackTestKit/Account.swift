import Foundation
import Glibc

/// What the account of the tests may do, and how a test starts a program under another one.
package enum Account {
    /// The number of an account that has no rights of its own.
    package static let unprivileged: UInt32 = 65_534

    /// The words before a command that let it run as an ordinary account.
    ///
    /// Empty if the tests run as an ordinary account already; nil if they run as root and no other account can reach the program.
    package static let ordinary: [String]? = {
        guard geteuid() == 0 else { return [] }
        let words = [
            "/usr/bin/setpriv", "--reuid=\(unprivileged)", "--regid=\(unprivileged)", "--clear-groups",
        ]
        return succeeds(words + ["/usr/bin/test", "-x", Program.ringback]) ? words : nil
    }()

    /// Whether a program can be given a file system of its own that is mounted read-only.
    package static let mountsReadOnly = succeeds(readOnly("/tmp") + ["/usr/bin/true"])

    /// The words before a command that let it see a folder on a file system that is mounted read-only.
    ///
    /// The mount is seen by that command alone.
    package static func readOnly(_ folder: String) -> [String] {
        let script = #"mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@""#
        return ["/usr/bin/unshare", "-m", "/bin/sh", "-c", script, folder]
    }

    private static func succeeds(_ command: [String]) -> Bool { Program.exitCode(of: command) == 0 }
}
