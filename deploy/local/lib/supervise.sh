# shellcheck shell=bash
# supervisord: started once, keeps every part alive without limit.

supervisor_config() {
	local name
	cat <<-END
		[supervisord]
		pidfile=$RUN/supervisord.pid
		logfile=$RUN/log/supervisord.log
		logfile_maxbytes=5MB
		logfile_backups=2
		childlogdir=$RUN/log
		directory=$RUN
		umask=027
		identifier=sotay
		[unix_http_server]
		file=$RUN/supervisor.sock
		chmod=0700
		[supervisorctl]
		serverurl=unix://$RUN/supervisor.sock
		[rpcinterface:supervisor]
		supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
	END
	for name in "${SERVERS[@]}" $(services); do program_config "$name"; done
	group_config servers 10 "${SERVERS[@]}"
	# shellcheck disable=SC2046 # names without spaces
	[[ -z $(services) ]] || group_config services 20 $(services)
}

# lib/run paces the restarts: startsecs=0 keeps supervisord from counting failures and waiting ever longer.
program_config() { # name
	local signal=TERM wait=15
	case $1 in
	kafka) wait=30 ;;
	# INT: PostgreSQL ends its sessions and stops; TERM would wait for them to leave.
	postgres) signal=INT wait=30 ;;
	esac
	cat <<-END
		[program:$1]
		command=$HERE/lib/run $RUN $1
		autostart=false
		autorestart=true
		startsecs=0
		startretries=1000000000
		stopsignal=$signal
		stopwaitsecs=$wait
		killasgroup=true
		redirect_stderr=true
		stdout_logfile=$RUN/log/$1.log
		stdout_logfile_maxbytes=20MB
		stdout_logfile_backups=3
	END
}

# On shutdown the group of the highest priority stops first, all its programs at once.
group_config() { # group priority names…
	local group=$1 priority=$2
	shift 2
	printf '[group:%s]\nprograms=%s\npriority=%s\n' "$group" "$(tr ' ' , <<<"$*")" "$priority"
}

supervisor() { supervisorctl -c "$RUN/supervisord.conf" "$@"; }

program_group() {
	case " ${SERVERS[*]} " in
	*" $1 "*) printf 'servers:%s' "$1" ;;
	*) printf 'services:%s' "$1" ;;
	esac
}

supervisor_pid() {
	local pid
	[[ -f $RUN/supervisord.pid ]] || return 1
	pid=$(<"$RUN/supervisord.pid")
	# The file survives a power cut: the process must be ours.
	tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "$RUN/supervisord.conf" && printf '%s\n' "$pid"
}

start_supervisor() {
	local new=$RUN/supervisord.conf.new owed=$RUN/supervisord.owed
	(umask 077 && supervisor_config >"$new")
	if cmp -s "$new" "$RUN/supervisord.conf"; then
		rm "$new"
		chmod 600 "$RUN/supervisord.conf"
	else
		# Stays until supervisord has taken the file: an update that broke off is made good by the next up.
		: >"$owed"
		mv "$new" "$RUN/supervisord.conf"
	fi
	if ! supervisor_pid >/dev/null; then
		kill_leftovers
		# shellcheck disable=SC2034 # up asks it when it fails
		STARTED_SUPERVISOR=1
		# The lock of up must not live on in what it starts.
		supervisord -c "$RUN/supervisord.conf" 9>&- || die "supervisord did not start" "see $RUN/log/supervisord.log"
		wait_until 10 "supervisord" test -S "$RUN/supervisor.sock"
	elif [[ -e $owed ]]; then
		update_supervisor
	fi
	rm -f "$owed"
}

update_supervisor() {
	local said
	said=$(supervisor update 2>&1) || die "supervisord did not take its configuration" "$said" \
		"run deploy/local/up again, or deploy/local/down before"
	[[ -z $said ]] || say "supervisord: ${said//$'\n'/; }"
}

# Starts a part that does not run, restarts one that runs from other files.
start_program() { # name
	if ! program_pid "$1" >/dev/null; then
		supervisor start "$(program_group "$1")" >>"$RUN/log/supervisorctl.log" 2>&1 || true
	elif ! program_is_current "$1"; then
		say "restarting $1: it changed"
		supervisor restart "$(program_group "$1")" >>"$RUN/log/supervisorctl.log" 2>&1 || true
	fi
}

# Everything, in bounded time: supervisord stops its programs; what is left after that is killed by its recorded id.
stop_all() {
	local pid
	if pid=$(supervisor_pid); then
		kill -TERM "$pid"
		wait_gone 60 "$pid" || kill -KILL "$pid"
	fi
	kill_leftovers
	rm -f "$RUN/supervisor.sock" "$RUN/supervisord.pid"
}

wait_gone() { # seconds process ids…
	local deadline=$((SECONDS + $1)) pid
	shift
	for pid in "$@"; do
		while kill -0 "$pid" 2>/dev/null; do
			((SECONDS < deadline)) || return 1
			sleep 0.1
		done
	done
}

# Programs whose supervisord was killed: their records name them, with their start time, so no other is hit.
kill_leftovers() {
	local file pid pids=()
	for file in "$RUN"/programs/*; do
		pid=$(program_pid "${file##*/}") || continue
		kill -TERM "$pid" 2>/dev/null || continue
		pids+=("$pid")
	done
	[[ ${#pids[@]} -eq 0 ]] || wait_gone 15 "${pids[@]}" || kill -KILL "${pids[@]}" 2>/dev/null || true
	wait_postgres_children
}

# After a kill of PostgreSQL's parent its children linger for a moment.
wait_postgres_children() {
	local file=$POSTGRES_DIR/data/postmaster.opts deadline=$((SECONDS + 10))
	[[ -n $POSTGRES_DIR && -f $file ]] || return 0
	while port_is_taken "${PORT[postgres]}" && ((SECONDS < deadline)); do sleep 0.1; done
}
