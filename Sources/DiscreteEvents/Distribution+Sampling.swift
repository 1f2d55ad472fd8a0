extension Distribution {
    /// Returns a value drawn from the distribution, in the unit of the quantity.
    ///
    /// For many values prepare a ``Sampler`` once: it gives the same ones faster, and says by which methods. Means and
    /// standard deviations are finite and not negative, a Weibull shape is positive, and an empirical distribution has at
    /// least one value (a precondition). A standard deviation of 0 gives the mean.
    ///
    /// - Parameter draws: The random numbers to use; how many are used depends on the shape (none for a constant).
    public func sample(_ draws: inout RandomDraws) -> Double { Sampler(self).sample(&draws) }
}
