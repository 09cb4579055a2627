# shellcheck shell=bash
# No part runs as root. Where root started us each has a Unix user of its own, as PostgreSQL has, and sees nothing of
# another's; started by anybody else, all run as him. What several need is a group's: the sockets of queries, the blobs.

MAY_ASK=sotay-ask          # the gateway, and analytics for what it exports
WORKS_ON_FILES=sotay-files # who takes them in or reads them
TAKES_EXPORTS=sotay-export # who makes them, and who hands them out
KNOWS_FCM=sotay-fcm        # who sends pushes, and the simulator

is_root() { ((EUID == 0)); }
ME=$(id -un)

# A second instance has the first one's.
user_of() { # name
	if [[ $1 == postgres ]]; then
		printf '%s' "$POSTGRES_USER"
	elif is_root; then
		printf 'sotay-%s' "$(part_of "$1")"
	else
		printf '%s' "$ME"
	fi
}

# Sets BECOME: the words before a command that this user executes, in place, so that no process stays between.
become() { # user
	BECOME=()
	[[ $1 == "$ME" ]] ||
		BECOME=(env HOME=/nonexistent setpriv --reuid "$1" --regid "$(id -g "$1")" --init-groups --no-new-privs)
}

as_user() { # user command…
	local BECOME
	become "$1"
	shift
	"${BECOME[@]}" "$@"
}

# --- accounts and groups, made once for all state folders of the machine ---------------------------------------------

make_users() {
	local name known
	is_root || return 0
	for name in "$MAY_ASK" "$WORKS_ON_FILES" "$TAKES_EXPORTS" "$KNOWS_FCM"; do
		getent group "$name" >/dev/null || groupadd --system "$name" 2>>"$RUN/log/install.log" ||
			getent group "$name" >/dev/null || die "the group $name could not be made" "see $RUN/log/install.log"
	done
	known=$'\n'$(cut -d: -f1 /etc/passwd)$'\n'
	for name in kafka redis "${DATABASES[@]}" simulator gateway; do
		[[ $known == *$'\n'"sotay-$name"$'\n'* ]] || make_user "sotay-$name"
	done
	join "$MAY_ASK" gateway analytics
	join "$WORKS_ON_FILES" gateway auth document
	join "$TAKES_EXPORTS" gateway analytics
	join "$KNOWS_FCM" notification simulator
}

make_user() { # name
	getent passwd "$1" >/dev/null || useradd --system --user-group --no-create-home --home-dir /nonexistent \
		--shell /usr/sbin/nologin "$1" 2>>"$RUN/log/install.log" ||
		getent passwd "$1" >/dev/null || die "the user $1 could not be made" \
		"see $RUN/log/install.log"
}

# These, and no other part.
join() { # group parts…
	local group=$1 members name
	members=$(getent group "$group")
	members=${members##*:}
	shift
	for name in "$@"; do
		[[ ,$members, == *,sotay-$name,* ]] || gpasswd --add "sotay-$name" "$group" >>"$RUN/log/install.log" 2>&1 ||
			die "sotay-$name could not join the group $group" "see $RUN/log/install.log"
	done
	for name in ${members//,/ }; do # of an earlier release
		[[ $name != sotay-* || " $* " == *" ${name#sotay-} "* ]] ||
			gpasswd --delete "$name" "$group" >>"$RUN/log/install.log" 2>&1 ||
			die "$name could not leave the group $group" "see $RUN/log/install.log"
	done
}

# --- whose a file is --------------------------------------------------------------------------------------------------

# A folder of one part, with all that is in it where it was another's: root's, of an earlier release. With a group, its
# members reach what is made in it; where there are no users of parts there is nobody to share with.
own_folder() { # user mode [group] folder
	local user=$1 mode=$2 folder=${!#} group=$1
	is_root || { install -d -m 700 "$folder" && return; }
	[[ $# != 4 ]] || group=$3
	[[ $(stat -c %U:%G:%a "$folder" 2>/dev/null) != "$user:$group:$mode" ]] || return 0
	[[ ! -L $folder ]] || die "$folder is a link, where a folder of $user should be" "look who made it, and remove it"
	[[ -d $folder ]] || install -d -m 700 "$folder"
	[[ $(stat -c %U:%G "$folder") == "$user:$group" ]] || {
		chown -hR "$user:$group" "$folder"
		[[ $# != 4 ]] || chmod -R g+rX "$folder"
	}
	chmod "$mode" "$folder"
}

own_file() { # user[:group] mode file…
	local owner=$1 mode=$2
	shift 2
	is_root || mode=600 # whoever is of the same group is nobody here
	chmod "$mode" "$@"
	! is_root || chown "$owner" "$@"
}

# What root reads too, and so nobody else may write: passwords, configurations.
lend_file() { # user file…
	local user=$1
	shift
	own_file "root:$user" 640 "$@" # its group has its name
}

# The part's user goes through to what is his and sees nothing else.
make_folders() {
	local name mode=711
	is_root || mode=700
	install -d -m "$mode" "$RUN" "$RUN"/{etc,sock,markers,secrets}
	install -d -m 700 "$RUN"/{city,programs}
	install -d -m 750 "$RUN/log"
	find "$RUN/log" -type f -exec chmod o-rwx {} +
	make_users
	for name in kafka redis; do own_folder "$(user_of "$name")" 700 "$RUN/$name"; done
	own_folder "$(user_of gateway)" 2750 "$WORKS_ON_FILES" "$RUN/blobs"
	[[ ! -d $RUN/blobs/exports || -e $RUN/exports ]] || mv -T "$RUN/blobs/exports" "$RUN/exports" # of an earlier release
	own_folder "$(user_of analytics)" 2750 "$TAKES_EXPORTS" "$RUN/exports"
	own_folder "$(user_of document)" 2750 "$WORKS_ON_FILES" "$RUN/blobs/pages"
	for name in "${DATABASES[@]}"; do make_folders_of "$name"; done
	own_folder "$(user_of gateway)" 700 "$RUN/markers/gateway"
	own_file "$(user_of simulator)" 640 "$(made "$PUSHES")"
}

make_folders_of() { # service
	local name
	own_folder "$(user_of "$1")" 700 "$RUN/markers/$1"
	for name in $(instances "$1"); do own_folder "$(user_of "$1")" 2710 "$MAY_ASK" "$RUN/sock/$name"; done
}

made() { # file
	[[ -e $1 ]] || (umask 077 && : >"$1")
	printf '%s' "$1"
}

# What a part's configuration names, a line each.
secrets_of() { # part
	case $1 in
	gateway) printf '%s\n' kafka-gateway redis-gateway token-public.pem ;;
	simulator) printf '%s\n' fcm-token ;;
	*) printf '%s\n' {postgres,kafka,redis}-"$1" ;;
	esac
	case $1 in
	auth) printf '%s\n' totp-key token-private.pem ;;
	notification) printf '%s\n' vapid-private.pem fcm-token ;;
	esac
}

own_secrets() {
	local part name
	for part in "${DATABASES[@]}" gateway; do
		for name in $(secrets_of "$part"); do
			[[ $name == fcm-token ]] || lend_file "$(user_of "$part")" "$RUN/secrets/$name"
		done
	done
	own_file "root:$KNOWS_FCM" 640 "$RUN/secrets/fcm-token" # two parts'
}

# Where all ran as root: its parts would go on making files that are root's.
leave_earlier_release() {
	[[ -d $RUN/markers && ! -d $RUN/markers/gateway ]] || return 0
	say "stopping what an earlier release of this started"
	stop_all
	rm -f "$RUN"/markers/crash.*
}

# --- what root's home has, and parts must reach -----------------------------------------------------------------------

# A folder under one that is closed to others lies in /var/lib instead, and a link in its place leads there.
place_state() {
	local parent=$RUN home
	is_root || return 0
	while [[ ! -d $parent || $parent == "$RUN" ]]; do parent=$(dirname "$parent"); done
	! as_user nobody test -x "$parent" || return 0
	home=/var/lib/sotay-run-$(sha256sum <<<"$RUN" | cut -c1-12)
	[[ -z $(ls -A "$home" 2>/dev/null) ]] || die "$home has the state of an earlier $RUN" \
		"start anew: delete that folder; go on with it: ln -s $home $RUN"
	say "parts of the system cannot reach $RUN: it lies in $home"
	if [[ -d $RUN ]]; then
		[[ ! -d $RUN/programs ]] || stop_all
		rm -rf "$home"
		mv -T "$RUN" "$home"
	else
		install -d -m 711 "$home"
		mkdir -p "$(dirname "$RUN")"
	fi
	ln -s "$home" "$RUN"
	POSTGRES_DIR=${POSTGRES_DIR/#"$RUN/"/"$home/"}
	RUN=$home
	name_files
}

# Prints the program that the part's user executes: a copy where he cannot reach the build tree. What lies beside it is
# part of it.
program_of() { # name
	local program copies
	program=$(binary "$1")
	if ! as_user "$(user_of "$1")" test -x "$program"; then
		copies=$RUN/bin/$1 # a second instance has its own: the first may be running from these
		install -d -m 755 "$RUN/bin" "$copies"
		find "$(dirname "$program")" -maxdepth 1 -type f -executable -exec install -m 755 -t "$copies" {} +
		program=$copies/$(basename "$program")
	fi
	printf '%s' "$program"
}

# Prints the folder of the web app that the gateway reads.
app_folder() {
	if [[ ! -d $APP/dist ]] || as_user "$(user_of gateway)" test -r "$APP/dist/index.html"; then
		printf '%s' "$APP/dist"
		return
	fi
	rm -rf "$RUN/app"
	cp -r "$APP/dist" "$RUN/app"
	chmod -R a+rX "$RUN/app"
	printf '%s' "$RUN/app"
}
