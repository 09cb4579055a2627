# shellcheck shell=bash
# Is a part ready? Always asked of the part itself, with a deadline; never a fixed sleep.

is_ready() { # name
	case $1 in
	kafka) kafka_answers ;;
	postgres) "$(newest_postgres)/pg_isready" -q -h 127.0.0.1 -p "${PORT[postgres]}" ;;
	redis)
		REDISCLI_AUTH=$(<"$RUN/secrets/redis") timeout 2 redis-cli -p "${PORT[redis]}" ping 2>/dev/null | grep -q PONG
		;;
	*) curl -sf -o /dev/null --noproxy '*' -m 2 "http://127.0.0.1:$(operations_port "$1")/readyz" ;;
	esac
}

# "ready", "ready; takes no writes: …" as the part itself says it, or why it is not.
state_of() { # name
	local said
	is_ready "$1" || { why_not_ready "$1" && return; }
	said=$(said_at_readyz "$1")
	[[ $said == 'ready;'* ]] || said=ready
	printf '%s\n' "$said"
}

# The first line of a service; nothing of a server.
said_at_readyz() { # name
	case " ${SERVERS[*]} " in
	*" $1 "*) ;;
	*) curl -s --noproxy '*' -m 2 "http://127.0.0.1:$(operations_port "$1")/readyz" | head -n 1 || true ;;
	esac
}

# "not ready", and what a service says about why: one line.
why_not_ready() { # name
	local said
	said=$(said_at_readyz "$1")
	[[ $said == 'not ready'* ]] || said='not ready'
	printf '%s\n' "$said"
}

# ApiVersions, version 0, correlation id 1, without a client id: the smallest question Kafka answers. It is asked for
# the head of the answer: length, the same id, no error.
kafka_answers() {
	local said
	# shellcheck disable=SC2016 # the inner shell's own
	said=$(timeout 4 bash -c 'exec 3<>"/dev/tcp/${0%:*}/${0#*:}" || exit
		printf "\0\0\0\12\0\22\0\0\0\0\0\1\377\377" >&3
		head -c 10 <&3 | od -An -tx1' "$(address kafka)" 2>/dev/null) && [[ $said == *' 00 00 00 01 00 00' ]]
}

wait_until() { # seconds what command…
	local deadline=$((SECONDS + $1)) what=$2
	shift 2
	until "$@"; do
		((SECONDS < deadline)) || die "$what is not ready in time"
		sleep 0.1
	done
}

# Partitions of commands are stopped: it waits for an operator, who needs the rest to run.
stands() { # name
	[[ $(why_not_ready "$1") == *': stopped '* ]]
}

# Patient with a slow machine, not with a part that dies again and again.
wait_ready() { # name
	local deadline=$((SECONDS + 180)) pid='' last='' starts=0
	until is_ready "$1"; do
		! stands "$1" || { say "$1 is $(why_not_ready "$1") (README.md: what to do)" && return; }
		pid=$(program_pid "$1" || true)
		[[ -z $pid || $pid == "$last" ]] || starts=$((starts + 1)) last=$pid
		((starts <= 5)) || die_with_log "$1" "$1 keeps dying"
		((SECONDS < deadline)) || die_with_log "$1" "$1 is not ready in time" "$(why_not_ready "$1")"
		sleep 0.1
	done
}

die_with_log() { # name message [why]
	die "$2" ${3:+"$3"} "the end of its log ($RUN/log/$1.log):" "$(tail -n 8 "$RUN/log/$1.log" 2>/dev/null)"
}
