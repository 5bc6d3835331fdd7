# `make` lists what can be done. Needed: Go and make; `make test` gets or names the rest.
GO ?= go
FUZZTIME ?= 20s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The version is given below; Go's own stamp fails in a clone that another user made.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

.DEFAULT_GOAL := help
.PHONY: help build demo run test lint bench fuzz clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build ./buurtbode: one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o buurtbode .

demo: build ## play a whole case in the browser, on http://127.0.0.1:8080
	@exec ./buurtbode demo

run: build ## run the bot: on Telegram if BUURTBODE_TELEGRAM_TOKEN is set, else on a stand-in on this machine
	@if [ -n "$$BUURTBODE_TELEGRAM_TOKEN$$BUURTBODE_TELEGRAM_TOKEN_FILE" ]; then exec ./buurtbode run; fi; \
	echo 'No token, so this is a stand-in for Telegram. On the real one: BUURTBODE_TELEGRAM_TOKEN=<token from @BotFather> make run'; \
	exec $(GO) run ./bot/telegram/telegramtest/cmd -with ./buurtbode

test: ## run all tests, also on PostgreSQL, with the race detector and without
	@GO='$(GO)' tools/test.sh

lint: ## check form, imports and spelling
	@GO='$(GO)' tools/lint.sh

bench: ## run all benchmarks, PostgreSQL's with real commits to disk
	@tools/postgres.sh --durable $(GO) test -p 1 -run '^$$' -bench . -benchmem ./...

fuzz: ## fuzz every fuzz target for FUZZTIME (20s)
	@GO='$(GO)' FUZZTIME='$(FUZZTIME)' tools/fuzz.sh

clean: ## remove what was built
	rm -rf buurtbode bin coverage.out
