# Commands of the project. `make test` is everything that .ci/run runs: it
# installs what the tests need, says what it runs, and skips nothing.

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
PACKAGES    := ./...
FUZZTIME    ?= 10s
REQUESTS    ?= 20000
CYCLES      ?= 100
SOAK        := UnderLoad|TestTermServesTheBacklog|TestBadHandlers|TestReloadTakesTheNewBinary|TestBrokenBinary|OutliveReload|TestNoLeaks|TestLongLives|TestDjangoBehindUs

export GOFLAGS = -buildvcs=false

.PHONY: test setup format vet staticcheck cross unit race golden end-to-end soak fuzz bench benchmarks update help

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

test: setup format vet staticcheck cross unit race end-to-end golden ## Run every test, installing what it needs
	@echo "== all of it passed"

setup: ## Install what the tests need beside Go (Debian)
	@echo "== setup"
	@.ci/setup

format: ## Check the layout of Go and of the examples
	@echo "== format"
	@files=$$(git ls-files -co --exclude-standard -- '*.go' | xargs gofmt -l); test -z "$$files" || { echo "not gofmt'ed:"; echo "$$files"; exit 1; }
	@$(GO) run ./cmd/stackgen fmt --check --diff examples/*.hcl

vet: ## go vet, golden projects included
	@echo "== vet"
	@$(GO) vet $(PACKAGES)

staticcheck: ## staticcheck, at a pinned version
	@echo "== staticcheck"
	@$(GO) run $(STATICCHECK) $(PACKAGES)

# Generated projects hold nothing that differs between machines: what differs is the tool and the runtime. Nobody runs
# what is compiled here, so that it is compiled the quick way. Both kinds of Mac have the same files of ours, which one compilation
# stands for; where they no longer have, the other is compiled too.
cross: ## Compile for the other machines it has to build on
	@echo "== cross"
	@export CGO_ENABLED=0; ours="$$($(GO) list -f '{{if .GoFiles}}{{.ImportPath}}{{end}}' $(PACKAGES) | grep -v '/golden/')"; \
	files() { GOOS=$$1 GOARCH=$$2 $(GO) list -f '{{.ImportPath}} {{.GoFiles}}' $$ours; }; \
	targets="linux/arm64 darwin/arm64"; test "$$(files darwin arm64)" = "$$(files darwin amd64)" || targets="$$targets darwin/amd64"; \
	for target in $$targets; do \
	  echo "   $$target"; GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) build -gcflags='all=-N -l -dwarf=false' -o /dev/null $$ours || exit 1; done

unit: ## Unit tests and script tests
	@echo "== unit"
	@$(GO) test $(PACKAGES)

race: ## The runtime and the generator under the race detector
	@echo "== race"
	@$(GO) test -race ./runtime/... ./generator/devserver/...

end-to-end: ## Every example built and spoken to over sockets, and in a browser
	@echo "== end to end"
	@$(GO) test -count=1 -tags e2e -timeout 35m ./cmd/stackgen/...

soak: ## What workers must outlive, CYCLES times each under load, with the figures
	@echo "== soak: $(CYCLES) cycles"
	@log=$$(mktemp); STACKGEN_CYCLES=$(CYCLES) STACKGEN_UPLOAD_MB=1024 $(GO) test -count=1 -tags e2e -timeout 3h -v ./cmd/stackgen/e2e -run '$(SOAK)' >$$log 2>&1; status=$$?; \
	  grep -E '^ *---|^(ok|FAIL|panic)|_test.go:' $$log; test $$status -eq 0 || echo "the whole log: $$log"; exit $$status

golden: ## golden/ and docs/ are what the generator writes now
	@echo "== golden"
	@$(GO) test -count=1 ./generator ./generator/template ./schema ./runtime/site -run 'Golden|Reference|Modules|Manual' -update
	@git diff --exit-code --stat -- golden docs generator schema

update: ## Write golden/, docs/ and golden texts anew
	@$(GO) test ./schema ./generator ./generator/template ./runtime/site -update

fuzz: ## Run every fuzz target for FUZZTIME each, and send REQUESTS random requests to each of some examples
	@echo "== fuzz"
	@$(GO) list ./... | while read pkg; do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep ^Fuzz); do echo "   $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; done; done
	@echo "   random requests"; STACKGEN_FUZZ_REQUESTS=$(REQUESTS) STACKGEN_FUZZ_SEED=$$(date +%s) $(GO) test -count=1 -tags e2e -timeout 2h ./cmd/stackgen/e2e -run TestRandomRequests

bench: ## Measure side by side with nginx, Caddy, net/http and Django; ROWS names some, BENCHFLAGS sets more
	@bench/setup && $(GO) run ./bench $(BENCHFLAGS) $(ROWS)

benchmarks: ## Go benchmarks of the parts
	@$(GO) test -run '^$$' -bench . -benchmem ./schema/... ./generator/... ./runtime/...
