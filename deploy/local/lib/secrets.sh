# shellcheck shell=bash
# Passwords and keys, made once; whoever needs one reads it, and root alone writes it. Nothing here is ever printed.

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
	if [[ ! -s $file ]]; then
		(umask 077 && "$@" >"$file.new" 2>/dev/null) || die "could not make $file"
		mv "$file.new" "$file"
	fi
	# It is pasted into SQL and configurations: nothing but what was made here.
	[[ $file == *.pem || $(<"$file") =~ ^[[:alnum:]:_-]+$ ]] ||
		die "$file is damaged" "delete it: a new one is made, and told to whoever keeps a copy"
}

secret() { printf '%s\n' "$(<"$RUN/secrets/$1")"; }

# Servers that keep a copy of a secret are told it again when it was made anew. A file beside their data, theirs as that
# is, says which one they know: a line for each, of its name and a digest. (192 random bits are not guessed from it.)
knows_secret() { # file name
	[[ -f $1 && $'\n'$(<"$1")$'\n' == *$'\n'"$2 $(secret_digest "$2")"$'\n'* ]]
}

note_secret() { # server file name
	local user
	user=$(user_of "$1")
	{
		as_user "$user" awk -v name="$3" 'NF == 2 && $1 != name' "$2" 2>/dev/null || true
		printf '%s %s\n' "$3" "$(secret_digest "$3")"
	} | as_user "$user" tee "$2.new" >/dev/null
	as_user "$user" mv "$2.new" "$2"
}

secret_digest() { # name
	local digest
	digest=$(sha256sum <"$RUN/secrets/$1")
	printf '%s\n' "${digest%% *}"
}
