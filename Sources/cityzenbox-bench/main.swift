import ArgumentParser

// A box that the bench starts must be ready before a command line is even looked at.
do {
    if try !StartedBox.beOneIfAsked() { CityzenboxBench.main() }
} catch {
    CityzenboxBench.exit(withError: error)
}
