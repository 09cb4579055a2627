# shellcheck shell=bash
# How the parts are asked and steered on this machine; deploy/docker/lib/host.sh has the same for containers.

# A command of a part's own program, with its configuration.
run_part() { # part arguments…
	"$(binary "$1")" --config "$RUN/etc/$1.conf" "${@:2}"
}

# Of the gateway's program, as the operator: it makes topics, and another number of partitions.
run_operator() { "$(binary gateway)" --config "$RUN/etc/operator.conf" "$@"; } # arguments…

# What it answers on its operator's port.
ask_part() { # name path
	curl -sSf --noproxy '*' -m 30 "http://127.0.0.1:$(operations_port "$1")$2"
}

# Prints where a part's program finds a file that is here.
hand_over() { printf '%s' "$2"; } # part file
take_back() { :; }                # part files, as hand_over printed them

restart_parts() { # names…
	local name groups=()
	for name in "$@"; do groups+=("$(program_group "$name")"); done
	supervisor restart "${groups[@]}"
}

start_services_again() { supervisor start 'services:*'; }

show_log() { cat "$RUN/log/$1.log"; } # name
