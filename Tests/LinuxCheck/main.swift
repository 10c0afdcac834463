// Checks the real board and the real keypad against the kernel's simulated chips and input
// devices. It is root's work and changes the machine it runs on, so it runs in a guest:
// `make guest-test`. `linuxcheck box` is the program that is killed in the course of it.
import Glibc

if CommandLine.arguments.dropFirst().first == "box" {
    CheckedBox().run()
} else {
    let report = Report()
    checkContract(report)
    checkInputs(report)
    checkEdges(report)
    checkPulses(report)
    checkTwoChips(report)
    checkLosses(report)
    checkKeypad(report)
    exit(report.conclude())
}
