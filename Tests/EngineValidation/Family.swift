/// Comparisons of one kind, a section of the page.
struct Family: Sendable {
    /// The heading.
    var title: String
    /// What is compared with what, and why that shows anything.
    var introduction: String
    /// The comparisons.
    var comparisons: [Comparison]
}
