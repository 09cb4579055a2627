# shellcheck shell=bash
# The variables are for those who source this.
# shellcheck disable=SC2034
# Where everything is. Sourced by up, down, ctl and lib/run; changes nothing.
# A port or folder is what the environment says, else what the last `up` of this state folder recorded, else the
# default.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
RUN=$(realpath -m "${SOTAY_RUN:-$ROOT/.run}")
STATE=${SOTAY_RUN:-$ROOT/.run} # as it was named: RUN is where a link leads
DEMO_PASSWORD=sotay-demo-2026
CTL=deploy/local/ctl # as messages name it

# The order is the order of starting.
SERVERS=(kafka postgres redis)
DATABASES=(auth meeting document notification analytics)

# name, default, distance from SOTAY_PORT_BASE. NAME-2: the second instance, where there is one.
PORT_TABLE="
gateway 8080 0
auth 8101 1
meeting 8102 2
document 8103 3
notification 8104 4
analytics 8105 5
simulator 8190 6
postgres 15432 7
redis 16379 8
kafka 19092 9
kafka_controller 19093 10
simulator_h2 8191 11
gateway-2 8082 12
auth-2 8111 13
meeting-2 8112 14
document-2 8113 15
notification-2 8114 16
analytics-2 8115 17
gateway_ops 8083 18
gateway_ops-2 8084 19
"
declare -A PORT

say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }
die() {
	printf 'error: %s\n' "$1" >&2
	shift
	[[ $# -eq 0 ]] || printf '       %s\n' "$@" >&2
	exit 1
}

# Again where RUN becomes another.
name_files() {
	CLOCK=$RUN/clock         # how far the services' clock is ahead, in seconds
	PUSHES=$RUN/pushes.jsonl # what the push simulator took
}

# Prints the recorded value of a key; nothing if it was never recorded.
setting() {
	local key value
	[[ ! -f $RUN/settings ]] || while IFS='=' read -r key value; do
		[[ $key != "$1" ]] || printf '%s\n' "$value"
	done <"$RUN/settings"
}

# A state folder of deploy/docker names its ctl, deploy/local's none.
check_kind() {
	local ctl
	[[ -f $RUN/settings ]] || return 0
	ctl=$(setting ctl)
	: "${ctl:=deploy/local/ctl}"
	[[ $ctl == "$CTL" ]] || die "$RUN is a state folder of ${ctl%/ctl}/up: ${CTL%/ctl} leaves it alone" \
		"set SOTAY_RUN to another folder, or use what is in ${ctl%/ctl}"
}

port_variable() { # name
	local name=${1//-/_}
	printf 'SOTAY_PORT_%s' "${name^^}"
}

port_from_environment() { # name offset
	local variable
	variable=$(port_variable "$1")
	if [[ -n ${!variable:-} ]]; then
		printf '%s' "${!variable}"
	elif [[ -n ${SOTAY_PORT_BASE:-} ]]; then
		printf '%s' $((SOTAY_PORT_BASE + $2))
	fi
}

load_ports() {
	local name default offset value
	while read -r name default offset; do
		[[ -n $name && ($name != *-2 || $INSTANCES == 2) ]] || continue
		value=$(port_from_environment "$name" "$offset")
		: "${value:=$(setting "port.$name")}"
		: "${value:=$default}"
		[[ $value =~ ^[1-9][0-9]{0,4}$ && $value -lt 65536 ]] ||
			die "port of $name is '$value'" "set $(port_variable "$name") to a number from 1 to 65535"
		PORT[$name]=$value
	done <<<"$PORT_TABLE"
}

load_instances() {
	INSTANCES=${SOTAY_INSTANCES:-$(setting instances)}
	: "${INSTANCES:=1}"
}

load_folders() {
	BUILD=${SOTAY_BUILD_DIR:-$(setting build_dir)}
	BUILD=$(realpath -m "${BUILD:-$ROOT/build}")
	POSTGRES_DIR=$(setting postgres_dir)
	POSTGRES_USER=$(setting postgres_user)
	PARTITIONS=${SOTAY_PARTITIONS:-$(setting partitions)}
	choose_kafka_libs
}

# The jars outlive the state folder, one folder for each content of the pom. Kafka's user does not reach root's home.
choose_kafka_libs() {
	local cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache} pom
	pom=$(sha256sum <"$HERE/kafka/pom.xml")
	OWN_KAFKA_LIBS=$cache/sotay/kafka-${pom:0:12}
	KAFKA_LIBS=$OWN_KAFKA_LIBS
	! is_root || KAFKA_LIBS=/var/cache/sotay/kafka-${pom:0:12}
}

record_settings() {
	local name
	{
		for name in "${!PORT[@]}"; do printf 'port.%s=%s\n' "$name" "${PORT[$name]}"; done
		printf 'build_dir=%s\n' "$BUILD"
		printf 'instances=%s\n' "$INSTANCES"
		printf 'partitions=%s\n' "${PARTITIONS:-0}"
		printf 'postgres_dir=%s\n' "$POSTGRES_DIR"
		printf 'postgres_user=%s\n' "$POSTGRES_USER"
	} | (umask 077 && sort >"$RUN/settings.new")
	mv "$RUN/settings.new" "$RUN/settings"
}

# Where the others find a part, and where it listens for them.
address() { printf '127.0.0.1:%s' "${PORT[$1]}"; } # name
listening() { address "$1"; }                       # name

as_postgres() { as_user "$POSTGRES_USER" "$@"; }

newest_postgres() {
	find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/postgres' -printf '%h\n' 2>/dev/null |
		sort -t/ -k5 -n | tail -n 1
}

# The services whose binaries the build made, each with its second instance, in the order of starting: gateways last.
services() {
	local name
	for name in "${DATABASES[@]}" simulator gateway; do
		[[ ! -x $(binary "$name") ]] || instances "$name"
	done
}

instances() { # name
	printf '%s\n' "$1"
	[[ $INSTANCES == 1 || $1 == simulator ]] || printf '%s-2\n' "$1"
}

# Where a part says whether it is ready: the gateway not where the public asks.
operations_port() { # name
	printf '%s' "${PORT[${1/#gateway/gateway_ops}]}"
}

# Of which part it is an instance: meeting-2 → meeting.
part_of() { printf '%s' "${1%-2}"; }

binary() {
	local name
	name=$(part_of "$1")
	case $name in
	simulator) printf '%s/deploy/simulator/simulator' "$BUILD" ;;
	*) printf '%s/services/%s/%s' "$BUILD" "$name" "$name" ;;
	esac
}

# shellcheck source=users.sh
source "$HERE/lib/users.sh"
name_files
load_instances
load_ports
load_folders
