# shellcheck shell=bash
# The web app (web/): a Node.js that is new enough, its packages, its build in web/dist. What cannot be had is said, and
# the API is served without the app. Whoever asks while another builds waits for him.

APP=$ROOT/web
APP_CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/sotay
NODE_RELEASE=22 # from npm, where this machine's own is older than vite wants
NODE_LEAST=20.19

is_recent_node() { # program
	local version
	version=$("$1" --version 2>/dev/null) &&
		[[ $(printf '%s\n%s\n' "$NODE_LEAST" "${version#v}" | sort -V | head -n 1) == "$NODE_LEAST" ]]
}

# Sets PATH so that `node` is recent; npm may be the system's, which runs under any.
find_node() {
	local own=$APP_CACHE/node-$NODE_RELEASE architecture=x64
	if command -v node >/dev/null && is_recent_node node; then return 0; fi
	[[ $(uname -m) != aarch64 ]] || architecture=arm64
	own+=/node_modules/node-linux-$architecture/bin
	if ! is_recent_node "$own/node"; then
		command -v npm >/dev/null || return 1
		say "fetching Node.js $NODE_RELEASE with npm into $APP_CACHE"
		npm install --prefix "$APP_CACHE/node-$NODE_RELEASE" --no-save "node-linux-$architecture@$NODE_RELEASE" \
			>>"$RUN/log/app.log" 2>&1
		is_recent_node "$own/node" || return 1
	fi
	PATH=$own:$PATH
}

# npm and node look for authorities in a list of their own; this machine's is the one that was chosen for it.
trust_authorities() {
	[[ ! -f /etc/ssl/certs/ca-certificates.crt ]] ||
		export NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
}

digest_of() { # files…
	sha256sum -- "$@" | sha256sum | head -c 16
}

# Of all that the build is made from.
app_digest() (
	cd "$APP" || exit
	mapfile -t files < <(find . \( -name node_modules -o -name 'dist*' -o -name unit -o -name schema.d.ts \) -prune \
		-o -type f -print | LC_ALL=C sort)
	digest_of "${files[@]}"
)

# npm ci is for a folder whose list of packages has changed, or is not whole.
install_app_packages() { # folder
	local digest
	digest=$(digest_of "$1/package.json" "$1/package-lock.json")
	[[ $(cat "$1/node_modules/.made-from" 2>/dev/null) != "$digest" ]] || return 0
	say "installing the packages of ${1#"$ROOT/"} with npm"
	(cd "$1" && npm ci --no-fund --no-audit) >>"$RUN/log/app.log" 2>&1 || return 1
	printf '%s\n' "$digest" >"$1/node_modules/.made-from"
}

# Beside the new files stand the assets of the release before: who has that open still loads what he has not yet.
compile_app() { # digest
	local new=$APP/dist.new
	say "building the web app (log: $RUN/log/app.log)"
	rm -rf "$new"
	(cd "$APP" && npx --no-install vite build --outDir dist.new --emptyOutDir) >>"$RUN/log/app.log" 2>&1 || return 1
	(cd "$new" && find assets -type f) >"$new/release"
	if [[ -f $APP/dist/release ]]; then
		while read -r name; do [[ -e $new/$name ]] || cp "$APP/dist/$name" "$new/$name"; done <"$APP/dist/release"
	fi
	printf '%s\n' "$1" >"$new/made-from"
	rm -rf "$APP/dist"
	mv "$new" "$APP/dist"
}

no_app() { say "no web app: $1 (log: $RUN/log/app.log)"; } # why

make_app() {
	local digest
	digest=$(app_digest)
	[[ $(cat "$APP/dist/made-from" 2>/dev/null) != "$digest" ]] || return 0
	: >"$RUN/log/app.log"
	trust_authorities
	find_node || { no_app "Node.js $NODE_LEAST or later is not here, and npm could not fetch it" && return 1; }
	install_app_packages "$APP" || { no_app "npm could not fetch its packages" && return 1; }
	compile_app "$digest" || { no_app "its build failed" && return 1; }
}

build_app() {
	mkdir -p "$APP_CACHE"
	(
		exec 7>"$APP_CACHE/app.lock"
		flock 7
		make_app
	)
}

# What the gateway has in memory: another release makes another configuration, so it is started anew.
app_release() { cat "$APP/dist/made-from" 2>/dev/null || echo none; }
