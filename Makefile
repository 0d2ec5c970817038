# The few commands one needs. `make` alone lists them.

DEMO_DIR ?= demo-data
DEMO_PORT ?= 8700
SKIP = --skip slurm --skip ssh --skip postgres --skip lammps --skip with_gromacs --skip as_root

.PHONY: help demo web test e2e storm gromacs check bench dist docs generate fmt

help: ## list these commands
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/make \1\t\2/p' Makefile

demo: ## build and start everything on 127.0.0.1; Ctrl-C stops it
	@tool/setup demo
	@tool/web build
	cargo build --release --bin tieline
	target/release/tieline demo --dir $(DEMO_DIR) --port $(DEMO_PORT)

web: ## build the pages; the hub that is built next has them inside
	@tool/setup web
	@tool/web build

test: ## every test, with real Slurm, OpenSSH, PostgreSQL and browsers (needs root; installs what is missing)
	@tool/setup test
	@tool/web build
	@tool/web check
	@if cargo nextest --version >/dev/null 2>&1; \
	then cargo nextest run --workspace --profile ci; \
	else cargo test --workspace -- --skip with_gromacs; fi
	@tool/web e2e

e2e: ## only the tests of the pages in real browsers, against a demonstration of their own (needs root)
	@tool/setup test
	@tool/web build
	cargo build --workspace --bin tieline
	@tool/web e2e

storm: ## the tests in which everything breaks, with the link cut for minutes instead of seconds (needs root)
	@tool/setup test
	TIELINE_FAULT_MINUTES=1 cargo nextest run --workspace -E 'test(many_jobs_run_once)'

gromacs: ## the tests that need GROMACS, which takes 370 MB of disk (needs root; installs what is missing)
	@tool/setup gromacs
	@if cargo nextest --version >/dev/null 2>&1; \
	then cargo nextest run --workspace --ignore-default-filter -E 'test(with_gromacs)'; \
	else cargo test -p tieline with_gromacs; fi

check: ## what needs neither root nor installs: format, lints, tidy, unit tests
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo xtask tidy
	@if cargo nextest --version >/dev/null 2>&1; \
	then cargo nextest run --workspace --profile check; \
	else cargo test --workspace --lib --bins -- $(SKIP); fi

bench: ## measure, one JSON line for each figure
	@tool/setup test
	@tool/web build
	cargo build --release -p tieline -p tieline-bench
	target/release/tieline bench all
	@tool/web bench

dist: ## release binaries in dist/
	@tool/setup demo
	@tool/web build
	cargo xtask dist

docs: ## the guide as a book in target/book, and the documentation of the crates
	@tool/setup docs
	target/tools/bin/mdbook build
	cargo doc --workspace --no-deps

generate: ## write the generated files again
	cargo xtask generate

fmt: ## format the sources
	cargo fmt --all
