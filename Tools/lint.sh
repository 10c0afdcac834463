#!/usr/bin/env bash
# Form and doc comments, by the rules in .swift-format.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format lint --strict --parallel --recursive Package.swift Sources Tests
echo "lint: silent"
