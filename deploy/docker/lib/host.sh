# shellcheck shell=bash
# The variables are for those who source this.
# shellcheck disable=SC2034
# Of up, down, ctl and secrets, on the machine that runs Docker: where everything is, and how the parts are asked and
# steered in their containers. What is done with that is deploy/local/lib's.

DOCKER=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LIB=$DOCKER/../local/lib
export SOTAY_RUN=${SOTAY_RUN:-$(realpath "$DOCKER/../..")/.run-docker}
SOTAY_RUN=$(realpath -m "$SOTAY_RUN") # compose takes it from here
source "$LIB/env.sh"
source "$LIB/ready.sh"
CTL=deploy/docker/ctl
check_kind
CLOCK=$RUN/demo/clock
DEBIAN=trixie
INSIDE=/opt/sotay/deploy/docker/lib/inside # of the images

PROJECT=${COMPOSE_PROJECT_NAME:-$(setting project)}
: "${PROJECT:=$(sed -n 's/^COMPOSE_PROJECT_NAME=//p' "$ROOT/.env")}"
export COMPOSE_PROJECT_NAME=$PROJECT SOTAY_PORT_GATEWAY=${PORT[gateway]}
export SOTAY_PUBLIC_ORIGIN=${SOTAY_PUBLIC_ORIGIN:-$(setting public_origin)}
export COMPOSE_HTTP_TIMEOUT=${COMPOSE_HTTP_TIMEOUT:-300} # a busy machine is slow to start containers

lock() { # arguments of flock
	exec 9>"$RUN/lock"
	chmod 600 "$RUN/lock"
	flock "$@" 9 || die "another deploy/docker/up or down is at work on $RUN"
}

compose() { # arguments…
	if command -v docker-compose >/dev/null; then
		docker-compose -f "$ROOT/docker-compose.yml" --project-directory "$ROOT" "$@"
	else
		docker compose -f "$ROOT/docker-compose.yml" --project-directory "$ROOT" "$@"
	fi
}

record_settings() {
	{
		printf 'port.gateway=%s\n' "${PORT[gateway]}"
		printf 'instances=1\nctl=%s\nproject=%s\npublic_origin=%s\n' "$CTL" "$PROJECT" "$SOTAY_PUBLIC_ORIGIN"
	} >"$RUN/settings.new"
	mv "$RUN/settings.new" "$RUN/settings"
}

# --- what deploy/local/lib asks for -----------------------------------------------------------------------------------

services() { printf '%s\n' "${DATABASES[@]}" simulator gateway; }

# Prints the container of a part, running or not; nothing if there is none.
container_of() { # name
	docker ps -aq --filter "label=com.docker.compose.project=$PROJECT" --filter "label=com.docker.compose.service=$1" \
		--filter label=com.docker.compose.oneoff=False
}

state_of_container() { # name format
	local id
	id=$(container_of "$1")
	[[ -z $id ]] || docker inspect -f "$2" "$id"
}

is_running() { [[ $(state_of_container "$1" '{{.State.Running}}') == true ]]; } # name

# One of the functions that lib/inside has, in the part's container; in one that is made for it where that is stopped.
inside() { # name function arguments…
	local name=$1
	shift
	if is_running "$name"; then
		docker exec "$(container_of "$name")" "$INSIDE" "$@"
	else
		compose run --rm --no-deps -T --entrypoint "$INSIDE" "$name" configured "$name" "$@"
	fi
}

# Where it does not run it is not ready, and nothing is made to ask it.
is_ready() { is_running "$1" && inside "$1" is_ready "$1" 2>/dev/null; } # name

said_at_readyz() { # name
	! is_running "$1" || inside "$1" said_at_readyz "$1"
}

run_part() { inside "$1" run_part "$@"; } # part arguments…

run_operator() { # arguments…
	compose run --rm --no-deps -T --entrypoint "$INSIDE" topics operate "$@"
}

ask_part() { inside "$1" ask_part "$@"; } # name path

hand_over() { # part file
	tar -c -C "$(dirname "$2")" "$(basename "$2")" | docker exec -i "$(container_of "$1")" tar -x -C /tmp ||
		die "$2 could not be handed to $1"
	printf '/tmp/%s' "$(basename "$2")"
}

take_back() { docker exec "$(container_of "$1")" rm -f "${@:2}"; } # part files, as hand_over printed them

restart_parts() { # names…
	local name ids=()
	for name in "$@"; do ids+=("$(container_of "$name")"); done
	docker restart -t 15 "${ids[@]}"
}

start_services_again() { compose up -d --no-build; }

show_log() { docker logs "$(container_of "$1")" 2>&1; } # name

# The part itself: what Docker started is the one that starts it and takes its children in.
program_pid() { # name
	local first
	first=$(state_of_container "$1" '{{if .State.Running}}{{.State.Pid}}{{end}}')
	[[ -n $first ]] && pgrep -o -P "$first"
}

die_with_log() { # name message [why]
	die "$2" ${3:+"$3"} "the end of its log ($CTL log $1):" "$(show_log "$1" | tail -n 8)"
}
