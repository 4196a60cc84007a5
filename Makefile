# Quittance: `make up` runs everything on this machine, `make test` tests everything. What they do is in deploy/local/ and tests/.
.PHONY: help up down status logs reload rolling-restart backup restore restore-drill test bench format docs clean-run

help:
	@sed -n 's/^\([a-z-]*\):.*## */  make \1\t/p' $(MAKEFILE_LIST)

up: ## install what is missing, build, start, migrate, seed, prove; again: only what is new
	@deploy/local/up
down: ## stop everything and wait for it; data stays unless WIPE=1
	@deploy/local/down
status: ## what runs, and whether it is ready
	@deploy/local/status
logs: ## follow the logs; S=payment for one process
	@deploy/local/logs
reload: ## the gateway takes its configuration anew, without losing a request
	@deploy/local/reload
rolling-restart: ## containers: each replica of each service anew, one by one, without losing a request
	@docker/rolling-restart
backup: ## a backup of every database, full or incremental; the first also sets up archiving; CHECK=1 only looks
	@deploy/local/backup
restore: ## after `make down`: the data becomes what it was at TIME, or at the last commit archived
	@deploy/local/restore
restore-drill: ## restores it all to a fresh place and checks it; TIME='2026-11-21 19:00:05+00' for a second of the past
	@deploy/local/restore-drill
test: ## install what is missing, build, and run every test
	@deploy/local/install tests
	@tests/run
bench: ## the webhook job under load, against pgbench doing the same SQL
	@deploy/local/install tests
	@tests/bench/run
format: ## clang-format over all C++ files
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i
docs: ## docs/variables.md, from what the built programs say
	@docs/variables >docs/variables.md.new && mv docs/variables.md.new docs/variables.md
clean-run: ## stop everything and remove .run: data, secrets, logs
	@WIPE=1 deploy/local/down
