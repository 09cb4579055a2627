# shellcheck shell=bash
# Is a part ready? Always asked of the part itself, with a deadline; never a fixed sleep.

is_ready() { # name
	case $1 in
	kafka) kafka_answers ;;
	postgres) "$(newest_postgres)/pg_isready" -q -h 127.0.0.1 -p "${PORT[postgres]}" ;;
	redis) REDISCLI_AUTH=$(<"$RUN/secrets/redis") timeout 2 redis-cli -p "${PORT[redis]}" ping 2>/dev/null | grep -q PONG ;;
	*) curl -sf -o /dev/null --noproxy '*' -m 2 "http://127.0.0.1:${PORT[$1]}/readyz" ;;
	esac
}

# ApiVersions, version 0, correlation id 1, without a client id: the smallest question Kafka answers.
kafka_answers() {
	python3 - "${PORT[kafka]}" <<-'END' 2>/dev/null
		import socket, struct, sys
		with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 2) as s:
		    s.sendall(struct.pack(">ihhih", 10, 18, 0, 1, -1))
		    correlation, error = struct.unpack(">4xih", s.makefile("rb").read(10))
		sys.exit(correlation != 1 or error != 0)
	END
}

wait_until() { # seconds what command…
	local deadline=$((SECONDS + $1)) what=$2
	shift 2
	until "$@"; do
		((SECONDS < deadline)) || die "$what is not ready in time" "${FAILURE_LOG:+the end of its log ($FAILURE_LOG):}" \
			"$(tail -n 8 "${FAILURE_LOG:-/dev/null}" 2>/dev/null)"
		sleep 0.1
	done
}

wait_ready() { # name seconds
	FAILURE_LOG=$RUN/log/$1.log wait_until "$2" "$1" is_ready "$1"
}
