import SimulationAPI
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CapabilitiesTests {
    @Test(
        arguments: [
            (.create, [200, 201, 202]), (.status, [200]), (.list, [200]), (.cancel, [200, 202, 204]),
            (.aggregate, [200, 202, 204]),
        ] as [(APIOperation, Set<Int>)]
    ) func usualSuccessCodes(_ operation: APIOperation, _ codes: Set<Int>) {
        #expect(SuccessCodes()[operation] == codes)
    }

    @Test func anExceptionReplacesTheUsualCodesOfItsOperationAlone() {
        var success = SuccessCodes()
        success[.create] = [207]
        #expect(success[.create] == [207] && success[.status] == [200])
        #expect(success != SuccessCodes())
    }
}
