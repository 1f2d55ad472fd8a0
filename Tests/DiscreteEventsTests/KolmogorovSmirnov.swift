/// Returns √n times the largest distance between the empirical distribution function of a sample and a given one.
///
/// For a continuous distribution with known parameters the limit distribution has its 0.1 % point at 1.95.
func kolmogorovSmirnov(_ sample: [Double], _ distribution: (Double) -> Double) -> Double {
    let count = Double(sample.count)
    var distance = 0.0
    for (index, value) in sample.sorted().enumerated() {
        let probability = distribution(value)
        distance = max(distance, probability - Double(index) / count, Double(index + 1) / count - probability)
    }
    return distance * count.squareRoot()
}
