# shellcheck shell=bash
# The parts of tests/run. Each prints a line `N passed, N failed` at its end; one that dies without it counts as one
# failure.
# PASSED, FAILED, RESULTS, VENV and STACK_STARTED are tests/run's.
# shellcheck disable=SC2030,SC2031 # part_store has a SOTAY_RUN of its own, in a subshell

prepare() {
	install -d -m 711 "$ORIGINAL_RUN" "$RUN"
	mkdir -p "$RESULTS" "$RUN/log"
	install_packages
	make_venv || die "the tests' Python packages could not be installed" "see $RESULTS/venv.log"
}

# Anew when the list changes.
make_venv() {
	! cmp -s tests/requirements.txt "$VENV/requirements.txt" || return 0
	say "installing the tests' Python packages into $VENV"
	rm -rf "$VENV"
	# pip carries its own list of authorities; this machine's is the one that was chosen for it.
	[[ ! -f /etc/ssl/certs/ca-certificates.crt ]] || export PIP_CERT=${PIP_CERT:-/etc/ssl/certs/ca-certificates.crt}
	{
		/usr/bin/python3 -m venv "$VENV" &&
			"$VENV/bin/pip" install --disable-pip-version-check -r tests/requirements.txt
	} >"$RESULTS/venv.log" 2>&1 &&
		cp tests/requirements.txt "$VENV/requirements.txt"
}

run_part() { # name command…
	local name=$1 log=$RESULTS/$1.log status good bad
	shift
	say "--- $name"
	# What it starts and leaves running must not hold our lock.
	"$@" 8>&- 2>&1 | tee "$log"
	status=${PIPESTATUS[0]}
	read -r good bad < <(python3 tests/lib/count.py text "$log" |
		sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
	# Whatever it says, an exit code other than 0 is a failure.
	((status == 0 || bad > 0)) || bad=1
	PASSED=$((PASSED + good)) FAILED=$((FAILED + bad))
	((bad == 0)) && return
	say "$name: $bad failed (log: $log)"
	grep -aE '^FAIL ' "$log" | sed "s|^FAIL|FAIL $name:|" >>"$RESULTS/failures" ||
		echo "FAIL $name: $bad failed: $(tail -n 2 "$log" | tr '\n' ' ')" >>"$RESULTS/failures"
}

# Once more at the end, where it is seen first: a run is long, and its middle is often cut out of what is shown.
show_failures() { cut -c 1-600 "$RESULTS/failures"; }

one_test() { # what command…: runs it as one test
	local what=$1
	shift
	if "$@"; then echo "ok   $what"; else echo "FAIL $what" && return 1; fi
}

# build/ is what a user runs, build-asan/ what the tests run, build-release/ has no demo: it must compile as well.
part_build() {
	local bad=0
	one_test "build compiles" compile build -Ddemo=true || bad=$((bad + 1))
	one_test "build-asan compiles" compile build-asan -Db_sanitize=address,undefined -Dfailpoints=true || bad=$((bad + 1))
	one_test "build-release compiles" compile build-release -Ddemo=false -Dbuildtype=release || bad=$((bad + 1))
	echo "$((3 - bad)) passed, $bad failed"
}

compile() { # tree meson options…
	local tree=$1
	shift
	if [[ ! -f $tree/build.ninja ]]; then
		meson setup "$tree" "$@" >"$RESULTS/$tree.log" 2>&1 || { tail -n 10 "$RESULTS/$tree.log" && return 1; }
	fi
	ninja -C "$tree" >"$RESULTS/$tree.log" 2>&1 ||
		{ grep -E 'error|FAILED|warning:' "$RESULTS/$tree.log" | head -n 20 && return 1; }
}

part_lint() { python3 tests/lint/run; }
part_tidy() { python3 tests/lint/run tidy; }
part_model() { python3 tests/model/run; }

part_unit() {
	compile build-asan -Db_sanitize=address,undefined -Dfailpoints=true && meson_tests build-asan unit --no-suite store
}

# What gcc warns of in code that it has instrumented for threads is not always there.
part_tsan() {
	compile build-tsan -Db_sanitize=thread -Dfailpoints=true -Dwerror=false || return 1
	TSAN_OPTIONS=suppressions=$ROOT/tests/lib/races meson_tests build-tsan tsan --suite unit --no-suite c11_threads
}

meson_tests() { # tree log-name options…
	local tree=$1 name=$2
	shift 2
	meson test -C "$tree" --no-rebuild --logbase "$name" "$@" >/dev/null 2>&1
	python3 tests/lib/count.py meson "$tree/meson-logs/$name.json"
}

# Servers without services, so that a test may send to any topic.
part_store() {
	local store=$ROOT/.run-store
	compile build-asan -Db_sanitize=address,undefined -Dfailpoints=true || return 1
	(
		export SOTAY_RUN=$store SOTAY_PORT_BASE=$((TEST_PORT_BASE + 20))
		trap 'deploy/local/down --wipe >/dev/null' EXIT
		fresh_up --build-dir "$ROOT/no-services" || exit 1
		SOTAY_TEST_PG="host=127.0.0.1 port=$((SOTAY_PORT_BASE + 7)) user=postgres dbname=postgres"
		SOTAY_TEST_PG+=" password=$(<"$store/secrets/postgres")"
		SOTAY_TEST_REDIS=127.0.0.1:$((SOTAY_PORT_BASE + 8)) SOTAY_TEST_KAFKA=127.0.0.1:$((SOTAY_PORT_BASE + 9))
		SOTAY_TEST_REDIS_PASSWORD=$(<"$store/secrets/redis") SOTAY_TEST_KAFKA_PASSWORD=$(<"$store/secrets/kafka-operator")
		export SOTAY_TEST_KAFKA_PASSWORD SOTAY_TEST_PG SOTAY_TEST_KAFKA SOTAY_TEST_REDIS SOTAY_TEST_REDIS_PASSWORD
		meson_tests build-asan store --suite store
	)
}

# What an interrupted run left is deleted first. Each process's user reads what the leak check is to leave out, and
# writes what it found.
fresh_up() { # options of up…
	[[ ! -f $SOTAY_RUN/settings ]] || deploy/local/down --wipe >/dev/null
	RUN=$(realpath -m "$SOTAY_RUN")
	install -d -m 711 "$RUN"
	place_state
	install -d -m 1733 "$RUN/sanitizer"
	install -m 644 tests/lib/leaks "$RUN/sanitizer/leaks"
	stack_up "$@"
}

# Also over one that was left broken.
stack_up() { # options of up…
	local reports=log_path=$RUN/sanitizer/report
	ASAN_OPTIONS=$ASAN_OPTIONS:$reports UBSAN_OPTIONS=$UBSAN_OPTIONS:$reports \
		LSAN_OPTIONS=${LSAN_OPTIONS/"$ROOT/tests/lib"/"$RUN/sanitizer"} deploy/local/up --no-build "$@"
}

start_stack() {
	compile build-asan -Db_sanitize=address,undefined -Dfailpoints=true || return 1
	build_app || return 1
	one_test "the stack comes up" fresh_up --build-dir "$ROOT/build-asan" || return 1
	echo "1 passed, 0 failed"
}

stop_stack() {
	[[ -z $STACK_STARTED ]] || deploy/local/down >/dev/null
}

part_integration() { pytest_folder integration; }
part_access() { pytest_folder access; }
part_security() { timeout --kill-after=10 900 tests/security/run; }

# The app: its types, its rules without a browser, and itself in Chromium.
part_web() {
	mkdir -p "$RESULTS/shots"
	trust_authorities
	if ! { find_node && install_app_packages "$APP" && install_app_packages "$ROOT/tests/web"; }; then
		tail -n 5 "$RUN/log/app.log"
		return 1
	fi
	rm -f "$RESULTS"/web.xml "$RESULTS"/web-unit.xml
	one_test "the app's types hold" app_types >"$RESULTS/web-types.log" 2>&1
	local types=$?
	cat "$RESULTS/web-types.log"
	(cd "$APP" && npx --no-install vitest run --reporter=default --reporter=junit \
		--outputFile.junit="$RESULTS/web-unit.xml")
	(cd tests/web && SOTAY_RESULTS=$RESULTS timeout --kill-after=10 1500 npx --no-install playwright test)
	sum_counts "$((types == 0)) passed, $((types != 0)) failed" \
		"$(python3 tests/lib/count.py junit "$RESULTS/web-unit.xml")" \
		"$(python3 tests/lib/count.py junit "$RESULTS/web.xml")"
}

app_types() { (cd "$APP" && npm run --silent types && npx --no-install tsc --noEmit); }

sum_counts() { # what count.py printed…: its failures, then the sum
	printf '%s\n' "$@" | grep -aE '^FAIL '
	printf '%s\n' "$@" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' |
		{
			local good bad all_good=0 all_bad=0
			while read -r good bad; do all_good=$((all_good + good)) all_bad=$((all_bad + bad)); done
			echo "$all_good passed, $all_bad failed"
		}
}

pytest_folder() { # name of the folder and the part; the plugin of Hypothesis would leave a folder behind
	rm -f "$RESULTS/$1.xml"
	timeout --kill-after=10 900 "$VENV/bin/pytest" -q -p no:cacheprovider -p no:hypothesispytest "tests/$1" \
		--junitxml="$RESULTS/$1.xml"
	python3 tests/lib/count.py junit "$RESULTS/$1.xml"
}

# Every program in the folder; each ends with its own summary or counts once. One that leaves the stack another than it
# was goes last.
programs() { # folder [last]
	local program programs=() good bad all_good=0 all_bad=0 status
	for program in "$1"/*; do
		[[ ! -f $program || ! -x $program || $program == "$1/${2:-}" ]] || programs+=("$program")
	done
	[[ -z ${2:-} ]] || programs+=("$1/$2")
	for program in "${programs[@]}"; do
		say "$program"
		SOTAY_SHORT=1 timeout --kill-after=10 1200 "$program" 2>&1 | tee "$RESULTS/program.log"
		status=${PIPESTATUS[0]}
		read -r good bad < <(program_counts "$status")
		((bad == 0)) || after_failure "$program"
		all_good=$((all_good + good)) all_bad=$((all_bad + bad))
	done
	echo "$all_good passed, $((all_bad + (all_good + all_bad == 0))) failed"
}

# The next one is not to pay for what this one left stopped.
after_failure() { # program
	what_was_not_well
	what_it_said "$1"
	deploy/local/ctl status >/dev/null || stack_up --build-dir "$ROOT/build-asan" >>"$RESULTS/mended.log" 2>&1
}

# What the machine's operator would look at first.
what_was_not_well() {
	local file
	deploy/local/ctl status
	for file in "$SOTAY_RUN"/log/*.log; do
		grep -E 'level=(warn|error)' "$file" | tail -n 5 | cut -c 1-400 | sed "s|^|$(basename "$file"): |"
	done
}

# A program that has no lines of its own for what failed: those of its figures that are not well with their details, and
# its last words.
WORSE='"error":|"(lost|doubled|wrong|refused)": [1-9]|": false|Error|^  \('
what_it_said() {
	grep -qaE '^FAIL ' "$RESULTS/program.log" && return
	echo "FAIL $1: $(tail -n 2 "$RESULTS/program.log" | cut -c 1-300 | tr '\n' ' ')"
	grep -aE "$WORSE" "$RESULTS/program.log" | head -n 6 | sed "s|^|FAIL $1: |"
}

program_counts() { # exit code
	local counts
	counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$RESULTS/program.log" | tail -n 1 | sed -E 's/ passed,| failed//g')
	case $1:$counts in
	0:) echo 1 0 ;;
	0:* | *:*" "[1-9]*) echo "$counts" ;;
	*) echo "${counts% *} 1" | sed 's/^ /0 /' ;;
	esac
}

part_e2e() { programs tests/e2e; }
part_contract() { programs tests/contract; }
part_fault() { programs tests/fault births; }

# What ASan, UBSan or the leak check of any process of the stack wrote while it ran and when it stopped.
part_sanitizers() {
	local reports
	stop_stack
	shopt -s nullglob
	reports=("$SOTAY_RUN"/sanitizer/report.*)
	((${#reports[@]} == 0)) || head -n 40 "${reports[@]}"
	echo "$((${#reports[@]} == 0)) passed, ${#reports[@]} failed"
}
