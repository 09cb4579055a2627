# shellcheck shell=bash
# Kafka, PostgreSQL and Redis of our own: configuration and data folders, before they start.

# Writes standard input to a file of .run/etc, only if it differs: what is unchanged is not restarted. The part that it
# is named after reads it from the moment it is there.
write_config() { # file
	local file=$RUN/etc/$1 part=${1%%.*} text written
	text=$(cat)
	written=$file
	[[ -f $file && $(<"$file") == "$text" ]] || {
		written=$file.new
		(umask 077 && printf '%s\n' "$text" >"$written")
	}
	[[ $part == postgres || -z ${PORT[$part]:-} ]] || lend_file "$(user_of "$part")" "$written"
	[[ $written == "$file" ]] || mv "$written" "$file"
}

# A user for each process, and the machine's operator, who makes topics and says who may do what with them
# (proto/topics.def). The broker talks to itself as `broker`.
KAFKA_USERS=(broker operator gateway "${DATABASES[@]}")
KAFKA_PLAIN='org.apache.kafka.common.security.plain.PlainLoginModule required'

# What PLAIN takes: an entry for each user. SCRAM's are in the cluster's own metadata.
kafka_passwords() {
	local user
	for user in "${KAFKA_USERS[@]}"; do printf ' user_%s="%s"' "$user" "$(secret "kafka-$user")"; done
}

# Both mechanisms are offered: what a client's library speaks decides (kafka.h). Passwords stay on loopback.
configure_kafka() {
	local own
	own="username=\"broker\" password=\"$(secret kafka-broker)\""
	write_config kafka.log4j2.xml <"$HERE/kafka/log4j2.xml"
	write_config kafka.properties <<-END
		sasl.enabled.mechanisms=SCRAM-SHA-256,PLAIN
		sasl.mechanism.inter.broker.protocol=PLAIN
		sasl.mechanism.controller.protocol=PLAIN
		listener.name.clients.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
		listener.name.clients.plain.sasl.jaas.config=$KAFKA_PLAIN $own$(kafka_passwords);
		listener.name.controller.sasl.enabled.mechanisms=PLAIN
		listener.name.controller.plain.sasl.jaas.config=$KAFKA_PLAIN $own user_broker="$(secret kafka-broker)";
		authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
		super.users=User:broker;User:operator
		allow.everyone.if.no.acl.found=false
		process.roles=broker,controller
		node.id=1
		controller.quorum.voters=1@127.0.0.1:${PORT[kafka_controller]}
		listeners=CLIENTS://$(listening kafka),CONTROLLER://127.0.0.1:${PORT[kafka_controller]}
		advertised.listeners=CLIENTS://$(address kafka)
		listener.security.protocol.map=CLIENTS:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
		controller.listener.names=CONTROLLER
		inter.broker.listener.name=CLIENTS
		log.dirs=$RUN/kafka
		auto.create.topics.enable=false
		log.message.timestamp.type=LogAppendTime
		message.max.bytes=2097152
		# One broker: its own topics cannot have more copies.
		default.replication.factor=1
		offsets.topic.replication.factor=1
		offsets.topic.num.partitions=8
		transaction.state.log.replication.factor=1
		transaction.state.log.min.isr=1
		share.coordinator.state.topic.replication.factor=1
		share.coordinator.state.topic.min.isr=1
		group.initial.rebalance.delay.ms=0
		# The defaults are for a machine of its own: on few cores eight threads only wake each other.
		num.network.threads=2
		num.io.threads=4
		group.min.session.timeout.ms=1000
		# After a kill -9 it takes writes again in 3.6 s instead of 12.
		broker.session.timeout.ms=2000
		broker.heartbeat.interval.ms=300
	END
}

# Positions are offsets in one Kafka: in another they name other messages, or none. FOREIGN: the databases that have
# only such positions.
check_cluster() {
	local id name known
	FOREIGN=()
	id=$(sed -n 's/^cluster.id=//p' "$RUN/kafka/meta.properties" 2>/dev/null || true)
	for name in "${DATABASES[@]}"; do
		known=$(known_clusters "$name")
		[[ -z $known ]] || grep -qxF -- "$id" <<<"$known" || FOREIGN+=("$name")
	done
	[[ ${#FOREIGN[@]} -eq 0 || $NEW_KAFKA == 1 ]] ||
		die "the databases (${FOREIGN[*]}) belong to another Kafka than is in $RUN/kafka" "put its folder back;" \
			"if it is lost: deploy/local/up --new-kafka (what no service had applied yet is lost with it)"
}

known_clusters() { # database
	psql_owner "$1" -At <<-'END'
		SELECT to_regclass('position') IS NOT NULL AS made \gset
		\if :made
		SELECT DISTINCT cluster FROM position WHERE next > 0;
		\endif
	END
}

read_from_beginning() { # service
	say "$1 reads the new Kafka"
	run_part "$1" positions reread >>"$RUN/log/positions.log" 2>&1 ||
		die "$1 does not read the new Kafka" "$(tail -n 5 "$RUN/log/positions.log")"
}

format_arguments() { # cluster id: a line each
	local user
	printf '%s\n' format -t "$1" -c "$RUN/etc/kafka.properties"
	for user in "${KAFKA_USERS[@]}"; do
		printf -- '--add-scram\nSCRAM-SHA-256=[name=%s,password=%s]\n' "$user" "$(secret "kafka-$user")"
	done
}

# Users that are newer than the cluster, or whose password is.
add_kafka_users() {
	local user
	for user in "${KAFKA_USERS[@]}"; do
		knows_secret "$RUN/kafka/scram-users" "kafka-$user" || add_kafka_user "$user"
	done
}

add_kafka_user() { # name
	say "Kafka learns of the user $1"
	write_config kafka-operator.properties <<-END
		security.protocol=SASL_PLAINTEXT
		sasl.mechanism=PLAIN
		sasl.jaas.config=$KAFKA_PLAIN username="operator" password="$(secret kafka-operator)";
	END
	write_config kafka-user.properties <<<"SCRAM-SHA-256=iterations=4096,password=$(secret "kafka-$1")"
	java -cp "$KAFKA_LIBS/*" kafka.admin.ConfigCommand --bootstrap-server "$(address kafka)" \
		--command-config "$RUN/etc/kafka-operator.properties" --alter --entity-type users --entity-name "$1" \
		--add-config-file "$RUN/etc/kafka-user.properties" >>"$RUN/log/kafka-format.log" 2>&1 ||
		die "Kafka could not be told of the user $1" "see $RUN/log/kafka-format.log"
	rm "$RUN/etc/kafka-user.properties" "$RUN/etc/kafka-operator.properties"
	note_secret kafka "$RUN/kafka/scram-users" "kafka-$1"
}

format_kafka() {
	local id user
	# One whose folder was lost under it still runs, and holds its ports.
	! program_pid kafka >/dev/null || supervisor stop "$(program_group kafka)" >>"$RUN/log/supervisorctl.log" 2>&1 || true
	# Without + and /, whose stand-ins would be - and _: an id that begins with - is taken for an option.
	id=$(openssl rand 16 | base64 | tr '+/' 'Pp' | tr -d =)
	format_arguments "$id" | write_config kafka-format.args # a file, since whoever is on the machine sees a command line
	lend_file "$(user_of kafka)" "$RUN/etc/kafka-format.args"
	as_user "$(user_of kafka)" java -cp "$KAFKA_LIBS/*" kafka.tools.StorageTool "@$RUN/etc/kafka-format.args" \
		>"$RUN/log/kafka-format.log" 2>&1 ||
		die "Kafka's storage could not be formatted" "see $RUN/log/kafka-format.log"
	rm "$RUN/etc/kafka-format.args"
	for user in "${KAFKA_USERS[@]}"; do note_secret kafka "$RUN/kafka/scram-users" "kafka-$user"; done
}

redis_user() { # name, what it may do beside greeting
	local password hash
	password=$(secret "redis-$1")
	hash=$(printf '%s' "${password#*:}" | sha256sum | cut -d' ' -f1)
	echo "user $1 on #$hash resetkeys resetchannels -@all +auth +ping $2"
}

configure_redis() {
	local listen
	listen=$(listening redis)
	write_config redis.conf <<-END
		bind ${listen%:*}
		port ${PORT[redis]}
		requirepass $(secret redis)
		dir $RUN/redis
		# What it restored would be stale: it keeps nothing.
		save ""
		appendonly no
		maxmemory 512mb
		maxmemory-policy allkeys-lru
		# The password above is the operator's. The gateway keeps answers and the versions of their tags; a service makes
		# tags stale and speaks on its own channel (proto/redis.def).
		$(redis_user gateway '~t:* ~c:* &told:* +get +set +unlink +subscribe')
		$(for name in "${DATABASES[@]}"; do redis_user "$name" "~t:* &told:$name +unlink +publish"; done)
	END
}

# PostgreSQL refuses to run as root, and its user must be able to reach its folder.
choose_postgres_folder() {
	POSTGRES_USER=$(id -un)
	[[ $POSTGRES_USER != root ]] || POSTGRES_USER=postgres
	[[ -z $POSTGRES_DIR || ! -d $POSTGRES_DIR ]] || return 0
	POSTGRES_DIR=$RUN/postgres
	if ! as_postgres test -x "$RUN"; then
		POSTGRES_DIR=/var/lib/sotay-$(sha256sum <<<"$RUN" | cut -c1-12)
		[[ ! -d $POSTGRES_DIR/data ]] || die \
			"$POSTGRES_DIR has the databases of an earlier $RUN, whose passwords went with it" \
			"start anew: delete that folder (down --wipe would have); keep them: put the earlier folder back"
		say "user $POSTGRES_USER cannot reach $RUN: the databases go to $POSTGRES_DIR"
	fi
	install -d -m 711 "$POSTGRES_DIR"
	[[ $POSTGRES_USER == "$(id -un)" ]] || chown "$POSTGRES_USER:" "$POSTGRES_DIR"
}

# An eighth of the machine's memory, at most 512 MB.
shared_buffers_mb() {
	awk '/^MemTotal:/ {mb = int($2 / 8192); print (mb > 512 ? 512 : mb)}' /proc/meminfo
}

configure_postgres() {
	local data=$POSTGRES_DIR/data
	[[ -f $data/PG_VERSION ]] || init_postgres
	[[ $(newest_postgres) == */$(as_postgres cat "$data/PG_VERSION")/bin ]] ||
		die "the data in $data is of PostgreSQL $(cat "$data/PG_VERSION"), another version is installed" \
			"start anew: deploy/local/down --wipe"
	as_postgres install -d -m 755 "$POSTGRES_DIR/socket" # each service's user goes through
	write_config postgres.conf <<-END
		listen_addresses = '127.0.0.1'
		port = ${PORT[postgres]}
		unix_socket_directories = '$POSTGRES_DIR/socket'
		password_encryption = 'scram-sha-256'
		max_connections = 200
		shared_buffers = '$(shared_buffers_mb)MB'
		max_wal_size = '2GB'
		wal_level = 'replica'
		jit = off
		timezone = 'UTC'
		log_timezone = 'UTC'
		idle_in_transaction_session_timeout = '60s'
	END
	as_postgres tee "$data/sotay.conf" <"$RUN/etc/postgres.conf" >/dev/null
}

# Made beside and renamed: an interrupted initdb leaves nothing that looks like a cluster.
init_postgres() {
	local new=$POSTGRES_DIR/data.new password=$POSTGRES_DIR/password
	say "making a PostgreSQL cluster in $POSTGRES_DIR"
	as_postgres rm -rf "$new" "$password"
	(umask 077 && as_postgres tee "$password" <"$RUN/secrets/postgres" >/dev/null)
	as_postgres "$(newest_postgres)/initdb" -D "$new" -U postgres -E UTF8 --locale=C.UTF-8 --auth=scram-sha-256 \
		--pwfile="$password" >"$RUN/log/initdb.log" 2>&1 || die "initdb failed" "see $RUN/log/initdb.log"
	as_postgres rm "$password"
	as_postgres tee -a "$new/postgresql.conf" <<<"include 'sotay.conf'" >/dev/null
	as_postgres mv -T "$new" "$POSTGRES_DIR/data"
}

# psql as the cluster's owner; the password stays out of the argument list.
psql_owner() { # database arguments…
	local database=$1
	shift
	PGPASSWORD=$(secret postgres) PGOPTIONS='-c client_min_messages=warning' psql -X -q -v ON_ERROR_STOP=1 \
		-h "$POSTGRES_DIR/socket" -p "${PORT[postgres]}" -U postgres -d "$database" "$@"
}

create_databases() {
	local name existing
	existing=$(psql_owner postgres -Atc 'SELECT datname FROM pg_database')
	for name in "${DATABASES[@]}"; do
		grep -qx "$name" <<<"$existing" || create_database "$name"
		knows_secret "$POSTGRES_DIR/roles" "postgres-$name" || tell_postgres "$name"
	done
}

tell_postgres() { # database
	psql_owner postgres <<<"ALTER ROLE \"$1\" PASSWORD '$(secret "postgres-$1")'"
	note_secret postgres "$POSTGRES_DIR/roles" "postgres-$1"
}

# The database comes last: where it exists, its role and extensions do too.
create_database() { # name
	psql_owner postgres >/dev/null <<-END
		DROP DATABASE IF EXISTS "$1.new";
		DROP ROLE IF EXISTS "$1";
		CREATE ROLE "$1" LOGIN PASSWORD '$(secret "postgres-$1")';
		CREATE DATABASE "$1.new" OWNER "$1";
		REVOKE ALL ON DATABASE "$1.new" FROM PUBLIC;
	END
	psql_owner "$1.new" -c 'CREATE EXTENSION unaccent; CREATE EXTENSION pg_trgm'
	psql_owner postgres -c "ALTER DATABASE \"$1.new\" RENAME TO \"$1\""
}
