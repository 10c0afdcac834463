import CAN
import Diagnostics
import Testing

@Suite struct `Diagnostic requests` {
    @Test func `a request is written as testers write it`() {
        #expect(DiagnosticRequest.dataByIdentifier(0x0207).description == "22 02 07")
    }
}
