# shellcheck shell=bash
# Passwords and keys, made once, mode 0600 in a 0700 folder. Nothing here is ever printed.

make_secrets() {
	local name
	install -d -m 700 "$RUN/secrets"
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
