# shellcheck shell=bash
# Another number of partitions for all topics: the steps to their next birth, each of which can be taken again. While
# they are taken writes are refused (503), reads are answered.

# birth=1 partitions=1 next_partitions=0
births() { # [step…]
	run_operator births "$@" 2>>"$RUN/log/topics.log"
}

birth_fails() { # what
	die "$1" "$(tail -n 3 "$RUN/log/topics.log")" "writes are refused until $CTL partitions" \
		"$(<"$RUN/birth.owed") has come to its end; $CTL partitions give-up takes it back"
}

# What services have not read to its end, a line each; nothing: all has been read.
unread() {
	local name
	for name in "${DATABASES[@]}"; do unread_of "$name" & done
	wait
}

unread_of() { # service
	local said
	said=$(run_part "$1" positions behind 2>>"$RUN/log/positions.log") ||
		printf '%s: %s\n' "$1" "${said:-does not answer}"
}

# Until nothing is left at two looks a second apart: what a gateway accepted as the change began comes between.
drain() { # seconds
	local deadline=$((SECONDS + $1)) left last='' empty=0
	while ((empty < 2)); do
		left=$(unread)
		if [[ -z $left ]]; then
			empty=$((empty + 1))
			sleep 1
			continue
		fi
		empty=0
		((SECONDS < deadline)) || { say "not read to the end: ${left//$'\n'/; }" && return 1; }
		[[ $left == "$last" ]] || say "reading: ${left//$'\n'/; }"
		last=$left
	done
}

# A process writes to the birth that was the newest when it started. The gateway waits for no other: it takes writes.
restart_services() {
	local name gateways=() others=()
	say "starting all services anew"
	mapfile -t gateways < <(instances gateway)
	for name in $(services); do [[ $(part_of "$name") == gateway ]] || others+=("$name"); done
	restart_parts "${gateways[@]}" >>"$RUN/log/supervisorctl.log" 2>&1 &
	restart_parts "${others[@]}" >>"$RUN/log/supervisorctl.log" 2>&1 || true # wait_ready finds what is amiss
	wait
	for name in $(services); do wait_ready "$name"; done
}

# Before anything is changed: what does not work now would not read the old topics to their ends.
check_before_birth() { # partitions, those there are
	[[ $1 != "$2" ]] || die "topics have $1 partitions each already"
	local bad
	bad=$(status | grep -v -e ' ready$' -e '^topics: ') || return 0
	die "not everything is ready:" "$bad"
}

take_steps() { # partitions
	say "writes are refused from here on"
	# Owed once it has begun, and until all services run with it: after a kill in between the same command goes on.
	births begin "$1" >/dev/null || die "topics of the next birth could not be made" \
		"$(tail -n 3 "$RUN/log/topics.log")" "$CTL status says whether writes are taken"
	printf '%s\n' "$1" >"$RUN/birth.owed"
	drain 120 || { give_up_birth && die "the topics were not read to their ends in 120 s: they stay as they were"; }
	births close >/dev/null || birth_fails "the topics could not be closed"
	# What services had under way is refused since, and goes to the next birth; what is left is read before that.
	drain 30 || true
	say "copying compacted topics"
	births open >/dev/null || birth_fails "the topics of the next birth could not be opened"
}

give_up_birth() {
	births give-up >/dev/null || birth_fails "the change could not be taken back"
	rm -f "$RUN/birth.owed"
	say "taken back: writes are taken"
}

partitions() { # number | give-up
	local birth partitions next_partitions
	[[ ${1:-} =~ ^([1-9]|[1-5][0-9]|6[0-4]|give-up)$ ]] || die "partitions: a number from 1 to 64, or give-up"
	exec 9>"$RUN/lock"
	flock -n 9 || die "another deploy/local/up, down or ctl partitions is at work on $RUN"
	birth=$(births) || die "Kafka does not say which topics there are" "$(tail -n 3 "$RUN/log/topics.log")"
	IFS=' =' read -r _ _ _ partitions _ next_partitions <<<"$birth"
	if [[ $1 == give-up ]]; then
		((next_partitions > 0)) || die "no change is under way that could be taken back"
		give_up_birth
		return
	fi
	((next_partitions == 0 || next_partitions == $1)) ||
		die "a change to $next_partitions partitions is under way" "$CTL partitions $next_partitions goes on" \
			"with it, $CTL partitions give-up takes it back"
	if ((next_partitions > 0)) || [[ ! -e $RUN/birth.owed || $partitions != "$1" ]]; then
		((next_partitions > 0)) || check_before_birth "$1" "$partitions"
		take_steps "$1"
	fi
	restart_services
	rm "$RUN/birth.owed"
	say "topics have $1 partitions each"
}
