import CallRecords
import DialerEngine
import Testing

struct TimeQuantityTests {
    @Test
    func ringingIsApartForEachOutcome() {
        #expect(TimeQuantity.ringing(.answered) != .ringing(.busy))
    }
}
