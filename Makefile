# Every target works from a fresh clone, without a terminal and without a question.
# JOBS=1 limits how many compilers run at once; ARGS="..." goes to the program that is run.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test guest-test bench fuzz mutate deb lint format clean

export JOBS ARGS STRICT UPDATE

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'ARGS="--seed 3" is passed on by run, guest-test, bench and mutate.'
	@echo 'JOBS=1 builds with one compiler.'

setup: ## Check the system and Swift, install the Debian packages that are missing.
	@Tools/setup.sh

run: ## Build, then play a whole rental on the real code.
	@Tools/run.sh cityzenbox-sim demo

test: ## Build and run every check: tests, coverage floor, lint, walls, transcripts.
	@Tools/test.sh

guest-test: ## Prove the box in guest kernels; ARGS="--kernel 6.12 --only keypad".
	@Tools/guest.sh $(ARGS)

bench: ## Measure, and print one table; ARGS=--write also puts it into docs/bench.md.
	@Tools/bench.sh

fuzz: ## Throw made-up bytes at every parser, a minute each; ARGS="record --seconds 600".
	@Tools/fuzz.sh $(ARGS)

mutate: ## Break the decisions one token at a time and count what the tests notice.
	@Tools/mutate.sh

deb: ## Build the Debian package; ARGS=all for both architectures, "all --check-reproducible".
	@Tools/deb.sh $(ARGS)

lint: ## Check form and doc comments with swift format.
	@Tools/setup.sh
	@Tools/lint.sh

format: ## Rewrite the sources in the form that lint wants.
	@Tools/setup.sh
	@swift format --in-place --parallel --recursive Package.swift Sources Tests

clean: ## Remove everything that was built.
	@rm -rf .build
	@echo "clean: removed .build"
