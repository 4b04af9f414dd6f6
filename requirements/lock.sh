#!/bin/sh
# Write the locks anew, with the newest versions that are two weeks old: sh requirements/lock.sh (needs uv on the PATH).
set -eu
cd "$(dirname "$0")"
lock() { uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --upgrade --quiet --exclude-newer "$(date -d "14 days ago" +%F)" "$@"; }
lock ../pyproject.toml run.in -o run.txt
lock test.in -o test.txt
lock bench.in -o bench.txt
leave=""
for name in $(uv pip compile --universal --python-version 3.11 --no-header --no-annotate --quiet --exclude-newer "$(date -d "14 days ago" +%F)" train.in |
    sed -n 's/^\(torch\|triton\|nvidia-[a-z0-9-]*\|cuda-[a-z-]*\)==.*/\1/p' | sort -u); do
    leave="$leave --no-emit-package $name"
done
# shellcheck disable=SC2086
lock train.in -o train.txt $leave
lock torch.in -o torch.txt
