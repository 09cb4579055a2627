# shellcheck shell=bash
# Compiles, when a source is newer than what was made from it.

build() {
	local log=$RUN/log/build.log
	[[ -f $BUILD/build.ninja ]] || configure_build "$log"
	# Asking takes a tenth of a second; the answer also covers a changed meson.build.
	! ninja -C "$BUILD" -n 2>/dev/null | grep -q 'no work to do' || return 0
	say "building into $BUILD"
	ninja -C "$BUILD" >"$log" 2>&1 || {
		grep -E 'error|FAILED|warning:' "$log" | head -n 15 >&2
		die "the build failed" "see $log"
	}
}

configure_build() { # log
	say "configuring $BUILD"
	meson setup "$BUILD" "$ROOT" -Dbuildtype=debugoptimized -Ddemo="${SOTAY_DEMO:-true}" >"$1" 2>&1 || {
		tail -n 10 "$1" >&2
		die "meson setup failed" "see $1"
	}
}
