internal import Foundation

/// Returns a number with this many significant digits.
func digits(_ value: Double, _ count: Int = 6) -> String {
    value == value.rounded() && abs(value) < 1e12 ? String(format: "%.0f", value) : String(format: "%.\(count)g", value)
}

/// Returns a number of standard errors, with its sign.
func signed(_ value: Double) -> String { String(format: "%+.2f", value).replacing("-", with: "−") }
