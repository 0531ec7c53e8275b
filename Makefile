.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

# A company network may have a certificate authority of its own, which only the system knows.
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never

UV := .tools/uv/bin/uv
RUN := $(UV) run --frozen --quiet
SAM := PATH="$(CURDIR)/.tools/uv/bin:$$PATH" SAM_CLI_TELEMETRY=0 .tools/sam/bin/sam
READY := .tools/ready
ARGS ?=
ARCH ?=
ENV ?= default

.PHONY: help setup demo up down test lint build deploy docs evals triage bench lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Install the tools and dependencies (every other target does so when needed)
	@:

$(READY): uv.lock local/aws/setup.sh
	@local/aws/setup.sh

demo: $(READY) ## Run the whole product on this machine and show it at work
	@$(RUN) neonhub demo $(ARGS)

up: $(READY) ## Start the embedded AWS and deploy to it
	@$(RUN) neonhub up $(ARGS)

down: $(READY) ## Stop what `make up` started
	@$(RUN) neonhub down $(ARGS)

test: $(READY) ## Run all tests with coverage (ARGS="-k name" for some)
	@$(RUN) --group oracles pytest --cov --cov-fail-under=90 $(ARGS)

lint: $(READY) ## Check style, types, import rules and the template
	@$(RUN) ruff check --no-cache .
	@$(RUN) ruff format --check --no-cache .
	@$(RUN) mypy functions local bench tools
	@PYTHONPATH=functions $(RUN) python -m tools.connector_docs --check
	@PYTHONPATH=functions $(RUN) python -m tools.openapi --check
	@PYTHONPATH=functions $(RUN) lint-imports --no-cache
	@$(SAM) validate --lint --region us-east-1

build: $(READY) ## Build the functions and layers with bytecode (ARCH=arm64 or x86_64)
	@$(RUN) python -m local.aws.deploy $(ARCH)

deploy: $(READY) ## Build for arm64 and deploy to your AWS account (ENV=dev or prod of samconfig.toml)
	@$(RUN) python -m local.aws.deploy arm64
	@$(SAM) deploy --config-env $(ENV) $(ARGS)

evals: $(READY) ## Measure what the agents write and find; writes docs/evals.md
	@POWERTOOLS_LOG_LEVEL=CRITICAL PYTHONPATH=functions $(RUN) python -m tools.evals $(ARGS)

triage: $(READY) ## Train triage's weights anew from the labelled messages
	@PYTHONPATH=functions $(RUN) python -m tools.triage_weights

docs: $(READY) ## Write docs/connectors.md and docs/openapi.json from the code
	@PYTHONPATH=functions $(RUN) python -m tools.connector_docs
	@PYTHONPATH=functions $(RUN) python -m tools.openapi

bench: $(READY) ## Measure start times, throughput and cost
	@$(RUN) python -m bench $(ARGS)

lock: $(READY) ## Resolve the dependencies anew and export the layers' requirements
	@$(UV) lock --quiet
	@local/aws/setup.sh
	@$(RUN) python -m local.aws.requirements
	@echo "lock: uv.lock and the layers' requirements are written"

clean: ## Remove what was installed and built
	@rm -rf .venv .tools .aws-sam .neonhub .coverage .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache
	@find functions layers local tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
