# shellcheck shell=bash
# One configuration file for each service; `<service> --help` prints what each key means.

configure_services() {
	local part name
	for part in "${DATABASES[@]}"; do
		for name in $(instances "$part"); do service_config "$name" | write_config "$name.conf"; done
	done
	simulator_config | write_config simulator.conf
	for name in $(instances gateway); do gateway_config "$name" gateway | write_config "$name.conf"; done
	gateway_config gateway operator | write_config operator.conf # of the commands that make topics
}

# Keys of every service that has a database.
service_config() { # name
	local part
	part=$(part_of "$1")
	cat <<-END
		listen = 127.0.0.1:${PORT[$1]}
		query_socket = $RUN/sock/$1/query
		kafka = $(address kafka)
		kafka_user = $part
		kafka_password_file = $RUN/secrets/kafka-$part
		postgres = host=$POSTGRES_DIR/socket port=${PORT[postgres]} dbname=$part user=$part
		postgres_password_file = $RUN/secrets/postgres-$part
		redis = $(address redis)
		redis_password_file = $RUN/secrets/redis-$part
		run_dir = $RUN/markers/$part
		clock_file = $CLOCK
	END
	[[ $1 == "$part" ]] || echo "instance = 2"
	! declare -F "${part}_config" >/dev/null || "${part}_config"
}

auth_config() {
	cat <<-END
		token_private_key_file = $RUN/secrets/token-private.pem
		totp_key_file = $RUN/secrets/totp-key
		blob_dir = $RUN/blobs
		public_origin = ${SOTAY_PUBLIC_ORIGIN:-http://127.0.0.1:${PORT[gateway]}}
		# A login holds its thread while the password is hashed: two of them must not stop the reads.
		query_threads = 5
	END
}

document_config() {
	cat <<-END
		blob_dir = $RUN/blobs
		# A search is slow, and one thread is always left for what is not.
		query_threads = 4
	END
}

analytics_config() {
	cat <<-END
		sockets = $RUN/sock
		instances = $INSTANCES
		export_dir = $RUN/exports
	END
}

notification_config() {
	cat <<-END
		fcm_url = http://$(address simulator_h2)
		fcm_token_file = $RUN/secrets/fcm-token
		webpush_key_file = $RUN/secrets/vapid-private.pem
		webpush_contact = mailto:so-tay@localhost
		quiet_hours = ${SOTAY_QUIET_HOURS:-true}
	END
	# Web Push to addresses that browsers name goes to public ones, and to the simulator on this machine only.
	[[ $(address simulator_h2) != 127.* ]] || echo "webpush_loopback = http://$(address simulator_h2)"
}

simulator_config() {
	cat <<-END
		listen = 127.0.0.1:${PORT[simulator]}
		listen_h2 = $(listening simulator_h2)
		token_file = $RUN/secrets/fcm-token
		vapid_public_key = $(secret vapid-public)
		pushes_file = $PUSHES
	END
}

gateway_config() { # name user of Kafka
	cat <<-END
		listen = $(listening "$1")
		ops_listen = 127.0.0.1:$(operations_port "$1")
		kafka = $(address kafka)
		kafka_user = $2
		kafka_password_file = $RUN/secrets/kafka-$2
		kafka_partitions = ${PARTITIONS:-0}
		redis = $(address redis)
		redis_password_file = $RUN/secrets/redis-gateway
		sockets = $RUN/sock
		instances = $INSTANCES
		blob_dir = $RUN/blobs
		export_dir = $RUN/exports
		app_dir = $(app_folder)
		# The release of the app that is read at start: $(app_release)
		token_public_key_file = $RUN/secrets/token-public.pem
		vapid_public_key = $(secret vapid-public)
		run_dir = $RUN/markers/gateway
		clock_file = $CLOCK
	END
}
