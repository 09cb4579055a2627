# shellcheck shell=bash
# The command of every part, and the record of its running process (lib/run writes it).

program_exec() {
	case $1 in
	kafka) exec_kafka ;;
	postgres) exec_postgres ;;
	redis) exec redis-server "$RUN/etc/redis.conf" ;;
	*) exec "$(binary "$1")" --config "$RUN/etc/$1.conf" ;;
	esac
}

exec_kafka() {
	exec java -Xmx512m -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true \
		-Dlog4j2.configurationFile="$HERE/kafka/log4j2.xml" -cp "$KAFKA_LIBS/*" kafka.Kafka "$RUN/etc/kafka.properties"
}

exec_postgres() {
	# as_postgres would be a child: exec keeps the process id that supervisord knows.
	local command=("$(newest_postgres)/postgres" -D "$POSTGRES_DIR/data")
	[[ $POSTGRES_USER == "$(id -un)" ]] ||
		command=(setpriv --reuid "$POSTGRES_USER" --regid "$POSTGRES_USER" --init-groups "${command[@]}")
	cd "$POSTGRES_DIR" || exit 1
	exec "${command[@]}"
}

# What a part runs from: another digest means that it must be restarted.
program_digest() {
	local files=("$RUN/etc/$1".*)
	case $1 in
	kafka) files+=("$HERE/kafka/pom.xml") ;;
	postgres | redis) ;;
	*) files+=("$(binary "$1")") ;;
	esac
	cat "${files[@]}" 2>/dev/null | sha256sum | cut -c1-16
}

start_time() { # process id → clock ticks since boot; nothing if it is gone
	[[ ! -r /proc/$1/stat ]] || sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20
}

# Prints the process id of a part if that very process still lives.
program_pid() {
	local pid started
	[[ -f $RUN/programs/$1 ]] || return 1
	read -r pid started _ _ <"$RUN/programs/$1"
	[[ -n $started && $(start_time "$pid") == "$started" ]] && printf '%s\n' "$pid"
}

program_is_current() {
	local digest
	program_pid "$1" >/dev/null || return 1
	read -r _ _ _ digest <"$RUN/programs/$1"
	[[ $digest == "$(program_digest "$1")" ]]
}
