# shellcheck shell=bash
# The demo city: generated with a fixed seed, loaded as an administrator would load a real one.

load_city() { # demo|full
	local loaded
	loaded=$(cat "$RUN/city/loaded" 2>/dev/null || true)
	[[ -z $loaded || $loaded == "$1" ]] ||
		die "this state holds the city '$loaded', and '$1' is asked for" "delete it first: deploy/local/down --wipe"
	[[ -z $loaded ]] || return 0
	say "generating the city ($1)"
	python3 "$HERE/city.py" --size "$1" --out "$RUN/city"
	begin_past
	bootstrap_city
	say "importing $(($(wc -l <"$RUN/city/members.csv") - 1)) members"
	import_city
	say "giving every member a password, and a device to those who have a phone"
	seed_demo
	write_past
	printf '%s\n' "$1" >"$RUN/city/loaded"
}

# The clock stands where the past begins until all of it is written: so the people are who they are by then, and what
# falls due in it waits. SOTAY_PAST=no: none is written (tests, which want an empty city).
begin_past() {
	local seconds
	[[ ${SOTAY_PAST:-yes} != no ]] || return 0
	[[ -f $RUN/city/today ]] || TZ=Asia/Ho_Chi_Minh date +%F >"$RUN/city/today"
	seconds=$(python3 "$HERE/past.py" --today "$(<"$RUN/city/today")" --begins)
	set_clock "-$seconds"
}

write_past() {
	[[ ${SOTAY_PAST:-yes} != no ]] || return 0
	say "writing six months of meetings into nine branches"
	python3 "$HERE/past.py" --today "$(<"$RUN/city/today")" --city "$RUN/city" --port "${PORT[gateway]}" \
		>>"$RUN/log/city.log" 2>&1 || die "the past could not be written" "see $RUN/log/city.log; up goes on with it"
	rm -f "$CLOCK"
}

auth_command() {
	run_part auth "$@" >>"$RUN/log/city.log" 2>&1
}

# Once: a second `up` after a failed import goes on with the same root and administrator.
bootstrap_city() {
	local code name card admin
	[[ ! -f $RUN/city/bootstrapped ]] || return 0
	IFS=$'\t' read -r code name card admin <"$RUN/city/bootstrap.tsv"
	auth_command bootstrap --code "$code" --name "$name" --admin-card "$card" --admin-name "$admin" ||
		die "the city could not be bootstrapped" "see $RUN/log/city.log"
	: >"$RUN/city/bootstrapped"
}

# What is handed over has people's names: it goes, whatever becomes of it.
import_city() {
	local organizations members status=0
	organizations=$(hand_over auth "$RUN/city/organizations.csv")
	members=$(hand_over auth "$RUN/city/members.csv")
	auth_command import "$organizations" "$members" || status=$?
	take_back auth "$organizations" "$members"
	((status == 0)) || die "the import failed" "see $RUN/log/city.log"
}

seed_demo() {
	local logins status=0
	logins=$(hand_over auth "$RUN/city/logins.csv")
	run_part auth seed-demo --password "$DEMO_PASSWORD" --otp "$logins" \
		>"$RUN/city/seeded.tsv" 2>>"$RUN/log/city.log" || status=$?
	take_back auth "$logins"
	((status == 0)) || die "seed-demo failed" "see $RUN/log/city.log"
	python3 "$HERE/logins.py" --logins "$RUN/city/logins.csv" --seeded "$RUN/city/seeded.tsv" --password "$DEMO_PASSWORD" \
		--out "$RUN/logins.json" || die "logins.json could not be written"
}

print_logins() {
	[[ ! -f $RUN/logins.json ]] || python3 "$HERE/logins.py" --show "$RUN/logins.json"
}
