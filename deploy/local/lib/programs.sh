# shellcheck shell=bash
# The command of every part, and the record of its running process (lib/run writes it).

# In the place of this shell: supervisord knows its process id.
program_exec() {
	local BECOME program
	become "$(user_of "$1")"
	case $1 in
	kafka) exec_kafka ;;
	postgres) exec_postgres ;;
	redis) exec "${BECOME[@]}" redis-server "$RUN/etc/redis.conf" ;;
	*)
		# Who asks knows it by its name only.
		[[ ! -d $RUN/sock/$1 || $(readlink "$RUN/sock/$1.sock") == "$1/query" ]] || ln -sfn "$1/query" "$RUN/sock/$1.sock"
		program=$(program_of "$1")
		exec "${BECOME[@]}" "$program" --config "$RUN/etc/$1.conf"
		;;
	esac
}

raise_file_limit() {
	local hard
	hard=$(ulimit -Hn)
	[[ $hard != unlimited ]] && ((hard < 65536)) || hard=65536
	ulimit -Sn "$hard"
}

exec_kafka() {
	exec "${BECOME[@]}" java -Xmx512m -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true \
		-Dlog4j2.configurationFile="$RUN/etc/kafka.log4j2.xml" -cp "$KAFKA_LIBS/*" kafka.Kafka "$RUN/etc/kafka.properties"
}

exec_postgres() {
	cd "$POSTGRES_DIR" || exit 1
	exec "${BECOME[@]}" "$(newest_postgres)/postgres" -D "$POSTGRES_DIR/data"
}

# What a part runs from, with the secrets that its configuration names: another digest means that it must be restarted.
program_digest() {
	local files=("$RUN/etc/$1".*)
	mapfile -t -O "${#files[@]}" files < <(grep -ho -- "$RUN/secrets/[[:alnum:].-]*" "${files[@]}" 2>/dev/null | sort -u)
	case $1 in
	kafka) files+=("$HERE/kafka/pom.xml") ;;
	postgres | redis) ;;
	*) files+=("$(binary "$1")") ;;
	esac
	cat "${files[@]}" 2>/dev/null | sha256sum | cut -c1-16
}

start_time() { # process id → clock ticks since boot; nothing if it is gone
	local stat fields
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
	read -ra fields <<<"${stat##*) }"
	printf '%s\n' "${fields[19]}"
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
