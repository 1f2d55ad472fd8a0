/// What is wrong with a text or a file that a study reads: a policy, a range of values, a part of a calibration.
package struct FormatError: Error, CustomStringConvertible {
    package let description: String
}
