extension BinaryInteger {
    /// The quotient, rounded down: also before 1970, time goes forward.
    func dividedDown(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// What the quotient, rounded down, leaves: from 0 to the divisor, which is positive.
    func remainderDown(by divisor: Self) -> Self { self - dividedDown(by: divisor) * divisor }
}
