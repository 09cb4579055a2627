# shellcheck shell=bash
# The variables are for those who source this.
# shellcheck disable=SC2034
# Where everything is in a container; sourced after deploy/local/lib/env.sh. The folders are made with the images, so
# that new volumes begin with their owners and modes.

KAFKA_LIBS=$ROOT/kafka
PUSHES=$RUN/pushes/pushes.jsonl # a folder of its own: a volume
CLOCK=$RUN/demo/clock
POSTGRES_DIR=$RUN/postgres
POSTGRES_USER=$(id -un)
