# shellcheck shell=bash
# What must be true before anything is changed.

MIN_MEMORY_MB=${SOTAY_MIN_MEMORY_MB:-2048}
MIN_DISK_MB=${SOTAY_MIN_DISK_MB:-4096}

check_system() {
	# shellcheck source=/dev/null
	[[ -r /etc/os-release ]] && . /etc/os-release
	case ${ID:-}:${VERSION_ID:-} in
	debian:12 | debian:13) ;;
	*) say "this is not Debian 12 or 13 (${PRETTY_NAME:-unknown}): going on, package names may differ" ;;
	esac
	[[ $(id -u) == 0 ]] || command -v sudo >/dev/null || missing_packages_empty ||
		die "packages are missing and this is neither root nor sudo" \
			"run it as root, or have these installed: $(missing_packages | tr '\n' ' ')"
}

check_memory() {
	local available_mb
	available_mb=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
	((available_mb >= MIN_MEMORY_MB)) ||
		die "too little memory: $available_mb MB available, $MIN_MEMORY_MB MB needed" \
			"free some, or set SOTAY_MIN_MEMORY_MB to try with less"
}

# The services refuse writes below max(5 %, 2 GiB) of free disk: there must be more than that, with room to work.
check_disk() {
	local folder=$RUN free_mb size_mb needed_mb
	while [[ ! -d $folder ]]; do folder=$(dirname "$folder"); done
	read -r size_mb free_mb < <(df -Pm "$folder" | awk 'NR == 2 {print $2, $4}')
	needed_mb=$((size_mb / 20 + 1024))
	((needed_mb > MIN_DISK_MB)) || needed_mb=$MIN_DISK_MB
	((free_mb >= needed_mb)) ||
		die "too little disk: $free_mb MB free for $RUN, $needed_mb MB needed" \
			"free some, or set SOTAY_RUN to a folder on a larger disk"
}

# Unix sockets have paths of at most 107 bytes.
check_path() {
	local longest=$RUN/postgres/socket/.s.PGSQL.${PORT[postgres]}
	((${#longest} <= 107)) ||
		die "the state folder's path is too long for Unix sockets: $RUN" "set SOTAY_RUN to a shorter one"
	[[ $RUN != *[[:space:]%\'\"\\]* ]] ||
		die "the state folder's path has a space, quote or percent sign: $RUN" "set SOTAY_RUN to another one"
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

check_ports() {
	local name failed=()
	for name in "${!PORT[@]}"; do
		! port_is_taken "${PORT[$name]}" ||
			failed+=("port ${PORT[$name]} (for $name): set $(port_variable "$name") to a free one")
	done
	[[ ${#failed[@]} -eq 0 ]] || die "a port is taken by another program" "${failed[@]}" \
		"or set SOTAY_PORT_BASE=N to use the ports from N on"
}

# Free now, but any outgoing connection of this machine may be given one of these.
warn_of_outgoing_ports() {
	local low high name number
	read -r low high </proc/sys/net/ipv4/ip_local_port_range
	for name in "${!PORT[@]}"; do
		number=${PORT[$name]}
		((number >= low && number <= high)) || continue
		say "ports from $low to $high are also given to outgoing connections:" \
			"one below $low is safer than $number (for $name)"
		return
	done
}

# A running instance keeps its ports and build: a change needs a stop first.
check_same_ports() {
	local name recorded
	for name in "${!PORT[@]}"; do
		recorded=$(setting "port.$name")
		[[ -z $recorded || $recorded == "${PORT[$name]}" ]] || # none: what runs does not know this part yet
			die "it runs with port $recorded for $name, and ${PORT[$name]} is asked for" "stop it first: deploy/local/down"
	done
}
