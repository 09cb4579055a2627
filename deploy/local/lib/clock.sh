# shellcheck shell=bash
# How far the clock of the services is ahead: a file that all of them read. Demo builds only.

# Services may read it at any time, and find it whole.
set_clock() { # seconds ahead
	printf '%s\n' "$1" >"$CLOCK.new"
	chmod 644 "$CLOCK.new"
	mv "$CLOCK.new" "$CLOCK"
}

# -1d, +3h, 90m, 15s, +0: prints seconds.
clock_seconds() {
	local factor
	[[ $1 =~ ^([+-]?)([0-9]{1,9})([smhd]?)$ ]] || die "clock: '$1' is not like +40d, +3h, -90m, 15s or +0"
	case ${BASH_REMATCH[3]} in d) factor=86400 ;; h) factor=3600 ;; m) factor=60 ;; *) factor=1 ;; esac
	printf '%s%d\n' "${BASH_REMATCH[1]/+/}" $((10#${BASH_REMATCH[2]} * factor))
}

clock() {
	local seconds
	if [[ $# -gt 0 ]]; then
		seconds=$(clock_seconds "$1")
		set_clock "$seconds"
	fi
	cat "$CLOCK" 2>/dev/null || echo 0
}
