# shellcheck shell=bash
# Passwords and keys, made once, mode 0600, each its user's. Nothing here is ever printed.

make_secrets() {
	local name
	for name in postgres redis "${DATABASES[@]/#/postgres-}" "${KAFKA_USERS[@]/#/kafka-}"; do
		make_secret "$name" openssl rand -hex 24
	done
	for name in gateway "${DATABASES[@]}"; do # user and password, as the process hands them on
		make_secret "redis-$name" user_and_password "$name"
	done
	make_secret totp-key openssl rand -hex 32
	make_secret fcm-token openssl rand -hex 32
	make_secret token-private.pem openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256
	make_secret token-public.pem openssl pkey -pubout -in "$RUN/secrets/token-private.pem"
	make_secret vapid-private.pem openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256
	make_secret vapid-public public_point "$RUN/secrets/vapid-private.pem"
	own_secrets
}

# As browsers want a key to subscribe with: the point in base64url. It is what a public key of P-256 in DER ends with.
public_point() { # file
	openssl pkey -pubout -in "$1" -outform DER | tail -c 65 | base64 -w 0 | tr '+/' '-_' | tr -d '='
}

user_and_password() { printf '%s:%s\n' "$1" "$(openssl rand -hex 24)"; } # user

# A file appears only when it is whole.
make_secret() { # name command…
	local file=$RUN/secrets/$1
	shift
	[[ ! -s $file ]] || return 0
	(umask 077 && "$@" >"$file.new" 2>/dev/null) || die "could not make $file"
	mv "$file.new" "$file"
}

secret() { cat "$RUN/secrets/$1"; }

# Servers that keep a copy of a secret are told it again when it was made anew. A file beside their data says which one
# they know: a line for each, of its name and a digest. (192 random bits are not guessed from it.)
knows_secret() { # file name
	grep -qxF -- "$2 $(secret_digest "$2")" "$1" 2>/dev/null
}

note_secret() { # file name
	{
		[[ ! -f $1 ]] || awk -v name="$2" 'NF == 2 && $1 != name' "$1"
		printf '%s %s\n' "$2" "$(secret_digest "$2")"
	} >"$1.new"
	mv "$1.new" "$1"
}

secret_digest() { sha256sum <"$RUN/secrets/$1" | cut -d' ' -f1; }
