# Ringback. `make demo` and `make test` do all the set-up and share one build.
SHELL := /bin/bash
SWIFT ?= swift
# Without debug information for the packages' C code. A `swift build` with other flags builds everything again.
FLAGS := -Xcc -g0 -Xcxx -g0
PRODUCT := .build/debug/ringback
SOURCES := Package.swift Sources Tests Examples/Embedding Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Benchmarks
RELEASE := .build-release
# With Swift's libraries inside, so that the program runs on a machine without Swift, and calls them directly.
RELEASE_FLAGS := $(FLAGS) -c release $(if $(filter Linux,$(shell uname)),--static-swift-stdlib) --scratch-path $(RELEASE)
SANITIZED := .build-tsan
# Tests that only compute run apart from the others, so that they do not slow down tests that wait for sockets and processes,
# and in three parts, since the time of a test counts from the start of its part. Those of a store that machines share start many
# services and servers at once, and run in a part of their own too; so do those that start the program, which would keep
# connections within the tests' own process waiting, and those of pages, whose browser needs both cores.
COMPUTING := '^((Addresses|AuditLog|DialerEngine|DialerStudy|DiscreteEvents|EngineValidation|ExactJSON|QueueingTheory|RunReport|ScenarioFile|SimulationAPI)Tests|EndToEndTests.DocumentationTests)'
ESTIMATING := '^(StatisticsTests|RunStoreTests.SlotFairnessTests)'
FITTING := '^(CallRecordsTests|EndToEndTests.ExampleRecordsTests)'
SHARING := '^((PostgreSQL|RunStore)Tests|EndToEndTests.(Cluster|SharedStore[A-Za-z]*|StoreMoveKill|Takeover)Tests|RingbackCommandsTests.(GatheredLog|SharedStoreRefusal|StoreCommand)Tests)'
BROWSING := '^EndToEndTests.(Browser|DashboardWalk)Tests'
STARTING := '^EndToEndTests'
# How many tests run at once. Without a limit all of them begin together, and what a test waits for, such as an answer within a
# minute, waits behind the first steps of hundreds of others.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 4

.PHONY: help browser demo test soak fuzz tsan build release lint format validation bench examples packages clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: packages ## run the tutorial's simulation against the embedded sandbox, and say where the report is
	$(SWIFT) build $(FLAGS) --product ringback
	$(PRODUCT) run Examples/tutorial.yaml

test: packages browser ## build and run all tests, or those that match FILTER=…
	@command -v promtool >/dev/null || scripts/install-packages.sh prometheus
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || scripts/install-packages.sh postgresql
	@ls /usr/sbin/pgbouncer >/dev/null 2>&1 || scripts/install-packages.sh pgbouncer
	$(SWIFT) build $(FLAGS) --build-tests
ifdef FILTER
	$(SWIFT) test $(FLAGS) --skip-build --filter '$(FILTER)'
else
	$(SWIFT) test $(FLAGS) --skip-build --filter $(COMPUTING)
	$(SWIFT) test $(FLAGS) --skip-build --filter $(ESTIMATING)
	$(SWIFT) test $(FLAGS) --skip-build --filter $(FITTING)
	$(SWIFT) test $(FLAGS) --skip-build --filter $(SHARING) --skip $(ESTIMATING)
	$(SWIFT) test $(FLAGS) --skip-build --no-parallel --filter $(BROWSING)
	$(SWIFT) test $(FLAGS) --skip-build --filter $(STARTING) --skip $(COMPUTING) --skip $(FITTING) --skip $(SHARING) \
	    --skip $(BROWSING)
	$(SWIFT) test $(FLAGS) --skip-build --skip $(COMPUTING) --skip $(ESTIMATING) --skip $(FITTING) --skip $(SHARING) --skip $(STARTING)
endif

soak: packages ## repeat the long loops in full: kills at random moments, slots under kills, faults of a cluster, outages of a shared store, faults of the disk, what a calibration promises
	$(SWIFT) build $(FLAGS) --build-tests
	RINGBACK_SOAK=200 $(SWIFT) test $(FLAGS) --skip-build --filter 'ResumeTests/goesOnFromAnyMoment|SlotSharingTests/killedRunsKeepNoSlotOccupied|SlotFairnessTests|OpenSnapshotTests|ClusterTests|SharedStoreOutageTests|KillTests|DurabilityTests|AuditCommandTests/writersThatAreKilled|CalibrationValidityTests'

fuzz: packages ## read damaged call records: ROUNDS=… rounds (50,000) from a seed of now, which a failure shows
	$(SWIFT) build $(FLAGS) --build-tests
	RINGBACK_FUZZ_ROUNDS=$(or $(ROUNDS),50000) RINGBACK_FUZZ_SEED=$$(date +%s) $(SWIFT) test $(FLAGS) --skip-build --filter '^CallRecordsTests.DamagedFileTests'

# Engine, kernel and statistics run on one thread; only replications use several, and DialerStudyTests cover those.
# MemoryTests bound the memory of a process, which the sanitizer multiplies, so they are left out.
tsan: packages ## run the tests under the thread sanitizer (builds everything once more: some 15 minutes)
	$(SWIFT) build $(FLAGS) --scratch-path $(SANITIZED) --sanitize=thread --build-tests
	clang -shared -fPIC -O1 -o $(SANITIZED)/tsan-mutex.so scripts/tsan-mutex.c
	rm -f $(SANITIZED)/race.*
	LD_PRELOAD=$(CURDIR)/$(SANITIZED)/tsan-mutex.so TSAN_OPTIONS="exitcode=66 log_path=$(CURDIR)/$(SANITIZED)/race" \
	    $(SWIFT) test $(FLAGS) --scratch-path $(SANITIZED) --sanitize=thread --skip-build --no-parallel \
	    $(if $(FILTER),--filter '$(FILTER)',--skip '^(DialerEngine|DiscreteEvents|EngineValidation|Statistics)Tests|MemoryTests')
	! cat $(SANITIZED)/race.* 2>/dev/null

build: packages ## build everything
	$(SWIFT) build $(FLAGS)

release: packages ## build the program for use: optimised, in one file that needs no Swift (some 10 minutes the first time)
	$(SWIFT) build $(RELEASE_FLAGS) --product ringback
	@echo "$(RELEASE)/release/ringback"

lint: ## check formatting and lint rules, strictly
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

format: ## rewrite the sources in the project's format
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

validation: packages ## compare the engine with queueing theory, and write docs/VALIDATION.md
	$(SWIFT) build $(RELEASE_FLAGS) --product EngineValidation
	$(RELEASE)/release/EngineValidation > $(RELEASE)/VALIDATION.md
	mv $(RELEASE)/VALIDATION.md docs/VALIDATION.md

bench: packages ## measure the release builds, and write the table in docs/MEASUREMENTS.md; ONLY="run lists" QUICK=1 for less
	for product in ringback AuditBenchmark ForwardingBenchmark; do $(SWIFT) build $(RELEASE_FLAGS) --product $$product || exit; done
	$(SWIFT) build --package-path Benchmarks -c release --product EngineRun
	$(SWIFT) package --package-path Benchmarks benchmark list >/dev/null
	scripts/bench.py --json $(RELEASE)/bench.json $(if $(ONLY),--only $(ONLY)) $(if $(QUICK),--quick) \
	    $(if $(ONLY)$(QUICK),,--write docs/MEASUREMENTS.md)

examples: packages ## build the examples as packages of their own, as a user would
	$(SWIFT) build --package-path Examples/Embedding --scratch-path .build-embedding

api: packages ## hold both servers against their descriptions with Schemathesis (from PyPI)
	$(SWIFT) build $(FLAGS) --product ringback
	scripts/check-api.sh

packages: ## install the Debian packages that are missing
	@scripts/install-packages.sh

browser: ## install what the checks of pages need: Chromium, Java, and three packages of Python in .build-browser
	@scripts/install-browser.sh

clean: ## remove what builds have made
	rm -rf .build .build-browser .build-release .build-tsan .build-embedding Benchmarks/.build
