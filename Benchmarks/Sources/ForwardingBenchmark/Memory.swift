import Glibc

/// The memory of this process.
enum Memory {
    /// The most that was resident so far, in MiB.
    static var peakMiB: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss / 1024
    }
}
