# shellcheck shell=bash
# What `ctl` does, wherever the parts run: steer.sh says how they are reached here.

usage() {
	cat >&2 <<-END
		usage: $CTL COMMAND   (NAME: ${SERVERS[*]} $(services | tr '\n' ' '))
		  status                        each part: process id, ready or why not; exit status 1 unless all are ready
		  pid NAME                      its process id
		  restart NAME                  stops it, starts it, waits until it is ready
		  log NAME                      its log
		  activation-code CARD [--new]  prints the code of a first sign-in; --new though one is still good
		  token CARD…                   an access token of each of these members, one a line
		  clock [+40d|+3h|-90m|+0]      sets how far the clock of the services is ahead; without argument prints it
		  pushes [--notification ID]    what the push simulator received, one JSON line each
		  partitions N|give-up          another number of partitions for all topics; takes back what was broken off
		  audit                         verifies the audit: rows, last hash, first break (exit status 1)
		  restored                      tells each service that its database came back from a backup, and starts it anew
	END
	exit 2
}

known_name() {
	local name
	for name in "${SERVERS[@]}" $(services); do [[ $name != "${1:-}" ]] || return 0; done
	die "no such part: ${1:-}" "one of: ${SERVERS[*]} $(services | tr '\n' ' ')"
}

status() {
	local name pid state failed=0
	for name in "${SERVERS[@]}" $(services); do
		state=ready
		pid=$(program_pid "$name") || { pid=- state=stopped; }
		[[ $state == stopped ]] || state=$(state_of "$name")
		[[ $state == ready* ]] || failed=1
		printf '%-14s %-8s %s\n' "$name" "$pid" "$state"
	done
	[[ ! -e $RUN/birth.owed ]] || {
		echo "topics: writes are refused until $CTL partitions $(<"$RUN/birth.owed") has come to its end"
		failed=1
	}
	return "$failed"
}

pushes() {
	local query=
	case $#:${1:-} in
	0:) ;;
	2:--notification) query="?notification=$2" ;;
	*) usage ;;
	esac
	ask_part simulator "/pushes$query"
}

restored() {
	local part name names=()
	# PostgreSQL first goes through the log that the backup came with.
	for name in "${SERVERS[@]}"; do wait_ready "$name"; done
	for part in "${DATABASES[@]}"; do
		run_part "$part" mark-restored
		for name in $(instances "$part"); do names+=("$name"); done
	done
	# Stopping what was stopped before the restore is no failure: what counts is that it becomes ready.
	for name in "${names[@]}"; do restart_parts "$name" >/dev/null || true; done
	for name in "${names[@]}"; do wait_ready "$name"; done
	# It has read back what it once told, and goes on above it: everybody hears what is so now.
	run_part auth republish
	# Whatever else was stopped for the restore: the gateway, the simulator.
	start_services_again >/dev/null || true
	wait_ready gateway
}

ctl() { # command arguments…
	local action=${1:-}
	[[ $# -eq 0 ]] || shift
	case $action in
	status) status ;;
	pid) known_name "$@" && { program_pid "$1" || die "$1 does not run"; } ;;
	restart) known_name "$@" && restart_parts "$1" && wait_ready "$1" ;;
	log) known_name "$@" && show_log "$1" ;;
	activation-code) [[ $# -ge 1 ]] || usage && run_part auth activation-code "$@" ;;
	audit) run_part auth audit-verify ;;
	token) [[ $# -ge 1 ]] || usage && run_part auth demo-token "$@" ;;
	clock) clock "$@" ;;
	pushes) pushes "$@" ;;
	partitions) partitions "$@" ;;
	restored) restored ;;
	*) usage ;;
	esac
}
