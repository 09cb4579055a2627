# shellcheck shell=bash
# Debian packages, certificate authorities and Kafka's jars: brings what is missing, only then needs the network.

# tests/run adds its own list.
PACKAGE_LISTS=("$HERE/packages.txt")

missing_packages() {
	local package command installed
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')
	while read -r package command; do
		[[ -n $package && $package != '#'* ]] || continue
		[[ -z $command ]] || ! command -v "$command" >/dev/null || continue
		grep -qx "$package" <<<"$installed" || printf '%s\n' "$package"
	done < <(cat "${PACKAGE_LISTS[@]}")
}

missing_packages_empty() { [[ -z $(missing_packages) ]]; }

as_root() {
	if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi
}

install_packages() {
	local packages
	mapfile -t packages < <(missing_packages)
	[[ ${#packages[@]} == 0 ]] || install_missing "${packages[@]}"
	fetch_source libmicrohttpd 1.0.1
}

install_missing() { # packages…
	local packages=("$@")
	say "installing ${#packages[@]} Debian packages (log: $RUN/log/install.log)"
	forbid_server_starts
	if ! apt_install "${packages[@]}" >>"$RUN/log/install.log" 2>&1; then
		allow_server_starts
		explain_apt
	fi
	allow_server_starts
	disable_new_servers "${packages[@]}" >>"$RUN/log/install.log" 2>&1
}

# A source of Debian 13's that is built with ours (subprojects/): from the mirror that this machine has, by apt, which
# checks it.
fetch_source() { # name version
	local file=$ROOT/subprojects/packagefiles/$1_$2.orig.tar.gz folder
	! is_source "$1" "$file" || { unpack_source "$1" "$2" && return; }
	say "fetching the source of $1 $2"
	folder=$(mktemp -d)
	mkdir -p "$folder/lists/partial"
	printf 'deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "$(mirror)" \
		>"$folder/sources"
	(cd "$folder" && apt_source "$folder" update && apt_source "$folder" source --download-only "$1") \
		>>"$RUN/log/install.log" 2>&1 || { rm -rf "$folder" && explain_source "$file"; }
	install -m 644 "$folder/$(basename "$file")" "$file.new" && mv "$file.new" "$file"
	rm -rf "$folder"
	is_source "$1" "$file" || die "the source of $1 is not the one that subprojects/$1.wrap knows" "remove $file"
	unpack_source "$1" "$2"
}

# Without a network it may be brought by hand.
explain_source() { # file
	tail -n 5 "$RUN/log/install.log" >&2
	die "a source could not be fetched: $(basename "$1")" "see $RUN/log/install.log" \
		"check the network and /etc/apt, or put the file into $(dirname "$1")"
}

is_source() { # name file: whether it is there, whole
	[[ -s $2 ]] && printf '%s  %s\n' "$(sed -n 's/^source_hash = //p' "$ROOT/subprojects/$1.wrap")" "$2" |
		sha256sum --check --status
}

# Meson unpacks and patches once. With another patch it does so again.
unpack_source() { # name version
	local folder=$ROOT/subprojects/$1-$2 stamp=$ROOT/subprojects/packagefiles/$1.unpacked made_of
	made_of=$(cd "$ROOT/subprojects" && find "$1.wrap" packagefiles/"$1"* -type f ! -name "${stamp##*/}" -print0 |
		sort -z | xargs -0 sha256sum | sha256sum)
	if [[ ! -d $folder ]] || ! cmp -s "$stamp" - <<<"$made_of"; then
		rm -rf "$folder"
		(cd "$ROOT" && meson subprojects download "$1") >>"$RUN/log/install.log" 2>&1 || explain_source "$1_$2"
		printf '%s\n' "$made_of" >"$stamp"
	fi
}

apt_source() { # folder apt-get's arguments…
	local folder=$1
	shift
	apt-get -q -o Dir::Etc::SourceList="$folder/sources" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$folder/lists" \
		-o Acquire::Languages=none -o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 "$@"
}

# Of Debian's own packages, not of somebody else's or of security alone; apt knows when it has its lists.
mirror() {
	main_mirror | grep . || { as_root apt-get -q update >>"$RUN/log/install.log" 2>&1 && main_mirror; }
}

main_mirror() {
	# shellcheck disable=SC2016 # apt's own words
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' 'Origin: Debian' |
		grep -v security | sort -u | head -n 1
}

apt_install() {
	local options=(-o DPkg::Lock::Timeout=600 -o Acquire::Retries=2
		-o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30)
	as_root apt-get "${options[@]}" -o APT::Update::Error-Mode=any update &&
		as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install -y --no-install-recommends "$@"
}

explain_apt() {
	tail -n 5 "$RUN/log/install.log" >&2
	local unreachable='^(E|W|Err).*(resolve|connect|Connection|timed out|Failed to fetch|certificate)'
	if grep -qE "$unreachable" "$RUN/log/install.log"; then
		die "no network: Debian's packages could not be fetched" "check the network and /etc/apt, then run it again" \
			"behind a proxy with a certificate authority of its own: --ca-dir DIR"
	fi
	die "apt-get failed" "see $RUN/log/install.log"
}

# The packages' own servers are not ours to start: no cluster is made and nothing is started while we install.
forbid_server_starts() {
	as_root mkdir -p /etc/postgresql-common/createcluster.d
	printf 'create_main_cluster = false\n' | as_root tee /etc/postgresql-common/createcluster.d/sotay.conf >/dev/null
	[[ ! -e /usr/sbin/policy-rc.d ]] || return 0
	printf '#!/bin/sh\n# of sotay deploy/local/up, removed when it is done\nexit 101\n' |
		as_root tee /usr/sbin/policy-rc.d >/dev/null
	as_root chmod 755 /usr/sbin/policy-rc.d
}

allow_server_starts() {
	as_root rm -f /etc/postgresql-common/createcluster.d/sotay.conf
	! grep -qs 'of sotay deploy/local/up' /usr/sbin/policy-rc.d || as_root rm -f /usr/sbin/policy-rc.d
}

# Nor at the next boot; only what we installed just now.
disable_new_servers() {
	local package
	for package in "$@"; do
		case $package in
		postgresql | redis-server | supervisor | nginx | haproxy) as_root update-rc.d "$package" disable || true ;;
		caddy) as_root systemctl --root=/ disable caddy || true ;; # it has no script of the older kind
		esac
	done
}

add_authorities() { # directory with PEM certificates
	local file added=0
	[[ -d $1 ]] || die "--ca-dir: no such folder: $1"
	while read -r file; do
		cmp -s "$file" "/usr/local/share/ca-certificates/$(basename "${file%.*}").crt" && continue
		as_root install -D -m 644 "$file" "/usr/local/share/ca-certificates/$(basename "${file%.*}").crt"
		added=$((added + 1))
	done < <(find "$1" -maxdepth 1 -type f \( -name '*.crt' -o -name '*.pem' \))
	((added == 0)) || refresh_authorities "$added"
}

# Before ca-certificates is installed there is nothing to refresh: its installation reads the folder.
refresh_authorities() {
	say "added $1 certificate authorities"
	! command -v update-ca-certificates >/dev/null || as_root update-ca-certificates >>"$RUN/log/install.log" 2>&1
}

fetch_kafka() {
	[[ ! -d $KAFKA_LIBS ]] || return 0
	local new=$KAFKA_LIBS.new.$$
	say "fetching Apache Kafka into $KAFKA_LIBS"
	(umask 022 && mkdir -p "$new")
	if [[ -d $OWN_KAFKA_LIBS ]]; then
		cp "$OWN_KAFKA_LIBS"/*.jar "$new"
	elif ! mvn -q -B -f "$HERE/kafka/pom.xml" dependency:copy-dependencies "-DoutputDirectory=$new" \
		>>"$RUN/log/install.log" 2>&1; then
		rm -rf "$new"
		tail -n 5 "$RUN/log/install.log" >&2
		die "no network, or Maven failed: Kafka's jars could not be fetched" "see $RUN/log/install.log" \
			"behind a proxy with a certificate authority of its own: --ca-dir DIR"
	fi
	chmod -R a+rX "$new"
	# Another `up` may have been faster: then its copy is as good.
	mv -T "$new" "$KAFKA_LIBS" 2>/dev/null || rm -rf "$new"
}
